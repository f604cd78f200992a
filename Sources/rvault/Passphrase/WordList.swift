/// The words that passphrases are offered from: everyday words of two characters, typed as pinyin without tones.
///
/// An old resident can say, picture and type them on a keyboard without an input method; ten digits in a row they could
/// not remember, and digits alone are refused. All spellings differ, none has an ü. Chosen for this project; the
/// spellings were checked with pypinyin.
enum WordList {
    struct Word: Equatable, Sendable {
        /// What is typed.
        let pinyin: String
        /// What it means, shown beside it.
        let characters: String
    }

    static let words: [Word] = text.split(whereSeparator: \.isWhitespace).map { entry in
        let pinyin = entry.prefix { $0.isASCII }
        return Word(pinyin: String(pinyin), characters: String(entry.dropFirst(pinyin.count)))
    }

    private static let text = """
        pingguo苹果 xiangjiao香蕉 putao葡萄 xigua西瓜 caomei草莓 yingtao樱桃 lizhi荔枝 longyan龙眼 shiliu石榴 hetao核桃
        huasheng花生 banli板栗 hongzao红枣 guiyuan桂圆 ningmeng柠檬 youzi柚子 juzi橘子 chengzi橙子 taozi桃子 lizi李子
        xingren杏仁 shizi柿子 mangguo芒果 boluo菠萝 mugua木瓜 yezi椰子 ganzhe甘蔗 shanzha山楂 pipa枇杷 yangmei杨梅
        sangshen桑葚 liulian榴莲 guazi瓜子 songzi松子 yaoguo腰果 lianzi莲子 lianou莲藕 baihe百合 baicai白菜 bocai菠菜
        qincai芹菜 jiucai韭菜 xiangcai香菜 youcai油菜 shengcai生菜 luobo萝卜 tudou土豆 hongshu红薯 shanyao山药 yutou芋头
        nangua南瓜 donggua冬瓜 kugua苦瓜 sigua丝瓜 huanggua黄瓜 qiezi茄子 fanqie番茄 lajiao辣椒 qingjiao青椒 doujiao豆角
        wandou豌豆 maodou毛豆 huangdou黄豆 candou蚕豆 douya豆芽 doufu豆腐 doujiang豆浆 dousha豆沙 muer木耳 mogu蘑菇
        xianggu香菇 yiner银耳 zhusun竹笋 dasuan大蒜 shengjiang生姜 yangcong洋葱 dacong大葱 huajiao花椒 bajiao八角
        guipi桂皮 zhima芝麻 yumi玉米 xiaomai小麦 dami大米 xiaomi小米 gaoliang高粱 yanmai燕麦 qiaomai荞麦 nuomi糯米
        mianfen面粉 miantiao面条 mianbao面包 mantou馒头 baozi包子 jiaozi饺子 huntun馄饨 shaobing烧饼 youtiao油条
        chunjuan春卷 tangyuan汤圆 zongzi粽子 yuebing月饼 niangao年糕 dangao蛋糕 binggan饼干 tangguo糖果 bingtang冰糖
        hongtang红糖 fengmi蜂蜜 guojiang果酱 jiangyou酱油 shiyan食盐 xiangyou香油 jidan鸡蛋 yadan鸭蛋 xiancai咸菜
        paocai泡菜 huotui火腿 xiangchang香肠 larou腊肉 niurou牛肉 yangrou羊肉 zhurou猪肉 jirou鸡肉 yazi鸭子 liyu鲤鱼
        daiyu带鱼 jiyu鲫鱼 xiami虾米 pangxie螃蟹 haidai海带 zicai紫菜 haishen海参 youyu鱿鱼 niunai牛奶 suannai酸奶
        nailao奶酪 hongcha红茶 huacha花茶 kafei咖啡 guozhi果汁 qishui汽水 kaishui开水 mifan米饭 chaofan炒饭 xifan稀饭
        mifen米粉 liangfen凉粉 fensi粉丝 huoguo火锅 kaoya烤鸭 chaomian炒面 tangmian汤面 banmian拌面 dianxin点心
        zaocan早餐 wufan午饭 wanfan晚饭 lingshi零食 mahua麻花 maipian麦片 shutiao薯条 laohu老虎 daxiang大象 houzi猴子
        xiongmao熊猫 banma斑马 luotuo骆驼 daishu袋鼠 huli狐狸 huilang灰狼 heixiong黑熊 yezhu野猪 ciwei刺猬 songshu松鼠
        tuzi兔子 shanyang山羊 mianyang绵羊 huangniu黄牛 shuiniu水牛 nainiu奶牛 baima白马 xiaomao小猫 xiaogou小狗
        gongji公鸡 muji母鸡 xiaoji小鸡 gezi鸽子 maque麻雀 yanzi燕子 xique喜鹊 wuya乌鸦 laoying老鹰 yingwu鹦鹉
        kongque孔雀 tiane天鹅 dayan大雁 yuanyang鸳鸯 xianhe仙鹤 haiou海鸥 hudie蝴蝶 mifeng蜜蜂 qingting蜻蜓 mayi蚂蚁
        mazha蚂蚱 xishuai蟋蟀 zhiliao知了 qiuyin蚯蚓 woniu蜗牛 qingwa青蛙 wugui乌龟 jingyu鲸鱼 haitun海豚 shayu鲨鱼
        haibao海豹 haixing海星 shuimu水母 longxia龙虾 beike贝壳 jinyu金鱼 zhangyu章鱼 zhizhu蜘蛛 piaochong瓢虫 bihu壁虎
        bianfu蝙蝠 lingyang羚羊 meihua梅花 xiniu犀牛 hema河马 konglong恐龙 fenghuang凤凰 qilin麒麟 jiaolong蛟龙
        dashu大树 xiaocao小草 huaduo花朵 shuye树叶 shuzhi树枝 shugen树根 shulin树林 senlin森林 zhuzi竹子 liushu柳树
        yangshu杨树 huaishu槐树 rongshu榕树 fengye枫叶 wutong梧桐 yinxing银杏 taohua桃花 lihua梨花 hehua荷花 juhua菊花
        lanhua兰花 guihua桂花 mudan牡丹 meigui玫瑰 yueji月季 moli茉莉 shuixian水仙 dujuan杜鹃 haitang海棠 shaoyao芍药
        dingxiang丁香 baihua百花 luwei芦苇 qingcao青草 zhongzi种子 huapen花盆 huayuan花园 guoyuan果园 caiyuan菜园
        caoyuan草原 daotian稻田 maitian麦田 tianye田野 nongtian农田 mianhua棉花 chaye茶叶 renshen人参 gouqi枸杞
        danggui当归 gancao甘草 bohe薄荷 qianniu牵牛 hulu葫芦 sichou丝绸 taiyang太阳 yueliang月亮 xingxing星星
        tiankong天空 baiyun白云 caiyun彩云 wuyun乌云 caihong彩虹 shandian闪电 leisheng雷声 dayu大雨 xiaoyu小雨 yusan雨伞
        xuehua雪花 xueren雪人 bingxue冰雪 hanfeng寒风 chunfeng春风 weifeng微风 dafeng大风 taifeng台风 lushui露水
        shuangjiang霜降 wuqi雾气 yangguang阳光 yueguang月光 xingguang星光 wanxia晚霞 zhaoxia朝霞 zaochen早晨 shangwu上午
        zhongwu中午 xiawu下午 bangwan傍晚 yewan夜晚 banye半夜 chuntian春天 xiatian夏天 qiutian秋天 dongtian冬天
        chunjie春节 yuanxiao元宵 qingming清明 duanwu端午 zhongqiu中秋 chongyang重阳 chuxi除夕 xinnian新年 shengri生日
        jieri节日 jiaqi假期 zhoumo周末 jintian今天 mingtian明天 zuotian昨天 houtian后天 qunian去年 jinnian今年
        mingnian明年 zhongtou钟头 fenzhong分钟 shijian时间 rili日历 jijie季节 tianqi天气 wendu温度 qiwen气温
        qingtian晴天 yintian阴天 yutian雨天 xuetian雪天 gaoshan高山 dashan大山 shanfeng山峰 shanpo山坡 shangu山谷
        shandong山洞 shanlu山路 dahe大河 xiaohe小河 heliu河流 hebian河边 jiangshui江水 changjiang长江 huanghe黄河
        hushui湖水 hubian湖边 haiyang海洋 dahai大海 haibian海边 hailang海浪 haitan海滩 shatan沙滩 shamo沙漠 daoyu岛屿
        pubu瀑布 quanshui泉水 wenquan温泉 jingshui井水 chitang池塘 shuiku水库 tiandi田地 tudi土地 nitu泥土 shitou石头
        yanshi岩石 shazi沙子 caodi草地 pingyuan平原 gaoyuan高原 pendi盆地 dadi大地 diqiu地球 shijie世界 yuzhou宇宙
        huoshan火山 bingchuan冰川 xishui溪水 xiagu峡谷 gangkou港口 matou码头 hean河岸 qiaoliang桥梁 shiqiao石桥
        xiaoqiao小桥 daqiao大桥 suidao隧道 baba爸爸 mama妈妈 yeye爷爷 nainai奶奶 waigong外公 waipo外婆 gege哥哥
        jiejie姐姐 didi弟弟 meimei妹妹 shushu叔叔 jiujiu舅舅 gugu姑姑 sunzi孙子 erzi儿子 xifu媳妇 zhangfu丈夫 qizi妻子
        pengyou朋友 tongxue同学 laoshi老师 xuesheng学生 linju邻居 keren客人 zhuren主人 haizi孩子 baobao宝宝 laoren老人
        qingnian青年 shaonian少年 yisheng医生 hushi护士 siji司机 chushi厨师 nongmin农民 gongren工人 mujiang木匠
        tiejiang铁匠 caifeng裁缝 jingcha警察 junren军人 huajia画家 zuojia作家 geshou歌手 yanyuan演员 daoyan导演
        jizhe记者 xiaozhang校长 banzhang班长 duizhang队长 chuanzhang船长 yumin渔民 lieren猎人 mumin牧民 yuanding园丁
        baoan保安 dianyuan店员 laoban老板 guke顾客 shimin市民 cunmin村民 jumin居民 toufa头发 meimao眉毛 yanjing眼睛
        bizi鼻子 erduo耳朵 zuiba嘴巴 yachi牙齿 shetou舌头 liandan脸蛋 bozi脖子 jianbang肩膀 gebo胳膊 shouzhi手指
        shouzhang手掌 quantou拳头 duzi肚子 houbei后背 xigai膝盖 datui大腿 xiaotui小腿 jiaozhi脚趾 xinzang心脏 gutou骨头
        pifu皮肤 xueye血液 xiaolian笑脸 shengyin声音 liqi力气 jingshen精神 shenti身体 jiankang健康 fangzi房子
        fangjian房间 keting客厅 chufang厨房 woshi卧室 shufang书房 yangtai阳台 yuanzi院子 damen大门 chuanghu窗户
        chuanglian窗帘 diban地板 qiangbi墙壁 wuding屋顶 yancong烟囱 louti楼梯 dianti电梯 zoulang走廊 huaping花瓶
        zhuozi桌子 yizi椅子 dengzi凳子 shafa沙发 chaji茶几 shujia书架 shugui书柜 yigui衣柜 xiegui鞋柜 chouti抽屉
        chuangdan床单 beizi被子 zhentou枕头 tanzi毯子 xizi席子 wenzhang蚊帐 taideng台灯 diandeng电灯 denglong灯笼
        lazhu蜡烛 huochai火柴 dianshan电扇 kongtiao空调 nuanqi暖气 bingxiang冰箱 dianshi电视 diannao电脑 shouji手机
        dianhua电话 xiangji相机 zhaopian照片 xiangce相册 jingzi镜子 shuzi梳子 maojin毛巾 yashua牙刷 yagao牙膏 feizao肥皂
        xiangzao香皂 lianpen脸盆 shuitong水桶 tuoba拖把 saozhou扫帚 mabu抹布 laji垃圾 yijia衣架 yundou熨斗 jiandao剪刀
        zhenxian针线 niukou纽扣 lalian拉链 yaoshi钥匙 suotou锁头 yuyi雨衣 yuxie雨鞋 shoubiao手表 naozhong闹钟
        guazhong挂钟 jiezhi戒指 xianglian项链 shouzhuo手镯 erhuan耳环 qianbao钱包 beibao背包 shubao书包 xiangzi箱子
        lanzi篮子 daizi袋子 pingzi瓶子 guanzi罐子 hezi盒子 kuaizi筷子 shaozi勺子 chazi叉子 panzi盘子 fanwan饭碗
        chabei茶杯 chahu茶壶 shuihu水壶 jiubei酒杯 guogai锅盖 tieguo铁锅 zhenglong蒸笼 shaguo砂锅 caidao菜刀 anban案板
        weiqun围裙 bingkuai冰块 luzi炉子 zaotai灶台 meiqi煤气 shuiguan水管 chazuo插座 dianxian电线 dianchi电池
        chuizi锤子 qianzi钳子 futou斧头 dingzi钉子 luosi螺丝 tizi梯子 shengzi绳子 chutou锄头 liandao镰刀 tieqiao铁锹
        biandan扁担 boji簸箕 shuiche水车 shimo石磨 fengche风车 fengzheng风筝 tuoluo陀螺 jimu积木 qiqiu气球 piqiu皮球
        zuqiu足球 lanqiu篮球 paiqiu排球 wangqiu网球 tiaosheng跳绳 jianzi毽子 huaban滑板 qiuqian秋千 huati滑梯
        xiangqi象棋 weiqi围棋 puke扑克 majiang麻将 pintu拼图 wanju玩具 muma木马 mianju面具 bianpao鞭炮 yanhua烟花
        duilian对联 nianhua年画 jianzhi剪纸 hongbao红包 fuzi福字 yifu衣服 shangyi上衣 kuzi裤子 qunzi裙子 maoyi毛衣
        mianao棉袄 dayi大衣 waitao外套 chenshan衬衫 beixin背心 duanxiu短袖 changxiu长袖 qipao旗袍 xizhuang西装
        lingdai领带 weijin围巾 shoutao手套 maozi帽子 caomao草帽 wazi袜子 pixie皮鞋 buxie布鞋 tuoxie拖鞋 qiuxie球鞋
        liangxie凉鞋 xuezi靴子 pidai皮带 koudai口袋 buliao布料 maoxian毛线 mianbu棉布 huabu花布 shoupa手帕 shanzi扇子
        guaizhang拐杖 kouzhao口罩 qiche汽车 huoche火车 feiji飞机 lunchuan轮船 fanchuan帆船 xiaochuan小船 muchuan木船
        yuchuan渔船 longzhou龙舟 motuo摩托 dianche电车 gongjiao公交 ditie地铁 kache卡车 mache马车 sanlun三轮 gaotie高铁
        tielu铁路 gonglu公路 malu马路 jiedao街道 hutong胡同 xiaoxiang小巷 lukou路口 hongdeng红灯 ludeng路灯 chezhan车站
        chepiao车票 jichang机场 huojian火箭 weixing卫星 feichuan飞船 lunzi轮子 chelun车轮 fangxiang方向 shache刹车
        youmen油门 zuowei座位 xingli行李 ditu地图 fandian饭店 fanguan饭馆 chaguan茶馆 jiudian酒店 shangdian商店
        chaoshi超市 shichang市场 caichang菜场 shudian书店 yaodian药店 huadian花店 yinhang银行 youju邮局 yiyuan医院
        xuexiao学校 jiaoshi教室 caochang操场 gongyuan公园 guangchang广场 dianying电影 juchang剧场 xiyuan戏院 wutai舞台
        dongwu动物 zhiwu植物 gongchang工厂 nongchang农场 muchang牧场 cunzhuang村庄 chengshi城市 chengqiang城墙
        chengmen城门 gongdian宫殿 simiao寺庙 baota宝塔 tingzi亭子 paifang牌坊 changcheng长城 gugong故宫 tiantan天坛
        zhonglou钟楼 gulou鼓楼 dasha大厦 gaolou高楼 pingfang平房 xiaoqu小区 shequ社区 huatan花坛 penquan喷泉
        diaoxiang雕像 shuben书本 keben课本 zidian字典 cidian词典 baozhi报纸 zazhi杂志 riji日记 xinfeng信封 xinzhi信纸
        youpiao邮票 qianbi铅笔 gangbi钢笔 maobi毛笔 labi蜡笔 fenbi粉笔 xiangpi橡皮 chizi尺子 yuangui圆规 moshui墨水
        yantai砚台 xuanzhi宣纸 heiban黑板 baiban白板 zuoye作业 kaoshi考试 fenshu分数 suanpan算盘 shuxue数学 yuwen语文
        lishi历史 dili地理 yinyue音乐 meishu美术 tiyu体育 gushi故事 tonghua童话 shenhua神话 shige诗歌 tangshi唐诗
        songci宋词 xiaoshuo小说 gequ歌曲 gesheng歌声 wudao舞蹈 jingju京剧 xiangsheng相声 xiaopin小品 diantai电台
        gangqin钢琴 jita吉他 xiaohao小号 dizi笛子 erhu二胡 guzheng古筝 luogu锣鼓 laba喇叭 kouqin口琴 suona唢呐 huabi画笔
        guohua国画 youhua油画 shufa书法 zhuanke篆刻 taoci陶瓷 ciqi瓷器 qinghua青花 yushi玉石 zhenzhu珍珠 huangjin黄金
        baiyin白银 baoshi宝石 zuanshi钻石 shuijing水晶 hupo琥珀 tongjing铜镜 gudong古董 hongse红色 huangse黄色 lanse蓝色
        baise白色 heise黑色 zise紫色 huise灰色 fense粉色 zongse棕色 jinse金色 yinse银色 caise彩色 yuanxing圆形
        fangxing方形 sanjiao三角 zhixian直线 quxian曲线 zuobian左边 youbian右边 qianmian前面 houmian后面 shangmian上面
        xiamian下面 limian里面 waimian外面 zhongjian中间 dongfang东方 xifang西方 nanfang南方 beifang北方 pangbian旁边
        duimian对面 yuanfang远方 fujin附近 paobu跑步 zoulu走路 sanbu散步 youyong游泳 tiaowu跳舞 changge唱歌 huahua画画
        xiezi写字 dushu读书 kanshu看书 xiaqi下棋 diaoyu钓鱼 zhonghua种花 jiaoshui浇水 zuofan做饭 xiwan洗碗 xiyi洗衣
        saodi扫地 cachuang擦窗 dasao打扫 maicai买菜 chaocai炒菜 zhufan煮饭 hecha喝茶 heshui喝水 chifan吃饭 shuijiao睡觉
        qichuang起床 shuaya刷牙 xilian洗脸 xizao洗澡 shutou梳头 chuanyi穿衣 shangban上班 xiaban下班 shangxue上学
        fangxue放学 huijia回家 chumen出门 zuoche坐车 kaiche开车 huachuan划船 huaxue滑雪 huabing滑冰 daqiu打球 tiqiu踢球
        paishou拍手 woshou握手 diantou点头 weixiao微笑 daxiao大笑 shuohua说话 liaotian聊天 jiangke讲课 tingke听课
        xuexi学习 gongzuo工作 laodong劳动 xiuxi休息 duanlian锻炼 bisai比赛 jiayou加油 nuli努力 chenggong成功 jinbu进步
        bangzhu帮助 ganxie感谢 zhufu祝福 zhuhe祝贺 tuanyuan团圆 tuanjie团结 heping和平 youyi友谊 aixin爱心 naixin耐心
        xinxin信心 xixin细心 yonggan勇敢 shanliang善良 congming聪明 qinlao勤劳 jieyue节约 limao礼貌 kuaile快乐
        gaoxing高兴 xingfu幸福 pingan平安 jixiang吉祥 ruyi如意 meili美丽 keai可爱 wennuan温暖 liangkuai凉快 anjing安静
        renao热闹 ganjing干净 zhengqi整齐 xinxian新鲜 xiangtian香甜 suantian酸甜 fengshou丰收 shouhuo收获 bozhong播种
        chayang插秧 gengtian耕田 fangniu放牛 yangji养鸡 weizhu喂猪 caicha采茶 zhaiguo摘果 kanchai砍柴 zhibu织布
        xiuhua绣花 biankuang编筐 yiyue一月 eryue二月 sanyue三月 siyue四月 wuyue五月 liuyue六月 qiyue七月 bayue八月
        jiuyue九月 shiyue十月 layue腊月 zhengyue正月 yitian一天 liangtian两天 santian三天 shinian十年 bainian百年
        qianli千里 wanli万里 yiban一半 diyi第一 shuangshu双数 danshu单数 kaimen开门 guanmen关门 guanchuang关窗
        kaideng开灯 guandeng关灯 qiaomen敲门 dalei打雷 xiayu下雨 xiaxue下雪 guafeng刮风 tianliang天亮 tianhei天黑
        richu日出 riluo日落 huakai花开 yeluo叶落 zhangchao涨潮 tuichao退潮 jiebing结冰 ronghua融化 faya发芽 zhanggao长高
        huolu火炉 huoba火把 huomiao火苗 huohua火花 tanhuo炭火 chaihuo柴火 mutou木头 muban木板 muxiang木箱 zhulan竹篮
        zhugan竹竿 zhuyi竹椅 tengyi藤椅 caoxi草席 caoxie草鞋 niren泥人 wapian瓦片 zhuantou砖头 shuini水泥 boli玻璃
        suliao塑料 gangtie钢铁 tiemen铁门 tongqian铜钱 tongluo铜锣 yinbi银币 jinpai金牌 jiangbei奖杯 jiangzhuang奖状
        zhengshu证书 guoqi国旗 hongqi红旗 caiqi彩旗 caidai彩带 hengfu横幅 guanggao广告 zhaopai招牌 menpai门牌 lupai路牌
        migang米缸 shuigang水缸 jiutan酒坛 youping油瓶 cuping醋瓶 yanguan盐罐 tangguan糖罐 chapan茶盘 guopan果盘
        tuopan托盘 tangwan汤碗 tangshao汤勺 fanshao饭勺 fanhe饭盒 canzhuo餐桌 canjin餐巾 zhuobu桌布 yidian椅垫
        zuodian坐垫 chuangdian床垫 chuangtou床头 menlian门帘 zhulian竹帘 pingfeng屏风 taijie台阶 menkan门槛 menling门铃
        menkou门口 jingkou井口 xiangkou巷口 cunkou村口 qiaotou桥头 shanjiao山脚 shanding山顶 shuxia树下 shushao树梢
        hedi河底 haidi海底 haimian海面 humian湖面 shuimian水面 shuidi水滴 shuihua水花 langhua浪花 paomo泡沫 yanwu烟雾
        huichen灰尘 huoxing火星 muxing木星 tuxing土星 jinxing金星 shuixing水星 yinhe银河 beidou北斗 liuxing流星
        yueya月牙 manyue满月 yueshi月食 rishi日食 zaoan早安 wanan晚安 ninhao您好 zaijian再见 xiexie谢谢 huanying欢迎
        qingzuo请坐 manzou慢走 gongxi恭喜 facai发财 shousui守岁 shangyue赏月 denggao登高 taqing踏青 caimi猜谜
        denghui灯会 miaohui庙会 jishi集市 ganji赶集 guangjie逛街 gouwu购物 jiangjia讲价 zhaoqian找钱 lingqian零钱
        yingbi硬币 zhibi纸币 cunzhe存折 zhangben账本 shouju收据 fapiao发票 piaoju票据 youbao邮包 baoguo包裹 kuaidi快递
        xinxiang信箱 youtong邮筒 daocao稻草 daogu稻谷 guzi谷子 maisui麦穗 doujia豆荚 guateng瓜藤 hualei花蕾 huafen花粉
        huaxiang花香 guoshu果树 guopi果皮 guohe果核 nenya嫩芽 qingtai青苔 tengwan藤蔓 caocong草丛 guanmu灌木
        shuzhuang树桩 shupi树皮 nianlun年轮 luoye落叶 hongye红叶 songzhen松针 songguo松果 liutiao柳条 zhuye竹叶 heye荷叶
        lianpeng莲蓬 shuicao水草 haicao海草 shanhu珊瑚 yangmao羊毛 yanggao羊羔 niudu牛犊 maan马鞍 mati马蹄 tuoling驼铃
        niaowo鸟窝 niaolong鸟笼 niaodan鸟蛋 jiwo鸡窝 emao鹅毛 yulin鱼鳞 yugang鱼缸 yugan鱼竿 yuwang鱼网 xiaren虾仁
        xiehuang蟹黄 guike龟壳 washeng蛙声 chanming蝉鸣 cansi蚕丝 fengwo蜂窝 fengchao蜂巢 baowen豹纹 lujiao鹿角 tuer兔耳
        maozhao猫爪 gouwo狗窝 dongfeng东风 nanfeng南风 xifeng西风 beifeng北风 nuanfeng暖风 liangfeng凉风 qingfeng清风
        baoyu暴雨 zhenyu阵雨 xiyu细雨 chunyu春雨 qiuyu秋雨 yudi雨滴 yushui雨水 yuji雨季 xueshan雪山 xuedi雪地 xueqiu雪球
        bingshan冰山 binghe冰河 bingdeng冰灯 shuangye霜叶 chenwu晨雾 yunhai云海 yunceng云层 riguang日光 zhuguang烛光
        dengguang灯光 huoguang火光 xingkong星空 yekong夜空 lantian蓝天 qingkong晴空 gaokong高空 kongqi空气 yangqi氧气
        qipan棋盘 paizhuo牌桌 qiuchang球场 qiumen球门 qiupai球拍 qiumi球迷 yongchi泳池 paodao跑道 kantai看台 kouhao口号
        duiwu队伍 duiyuan队员 jiaolian教练 caipan裁判 guanjun冠军 yajun亚军 jinbei金杯 lingjiang领奖 heying合影
        xiangkuang相框 huakuang画框 huace画册 huazhan画展 zhanlan展览 zhanting展厅 jiangtai讲台 jiangzuo讲座 kezhuo课桌
        ketang课堂 xiaoyuan校园 xiaofu校服 xiaoche校车 shitang食堂 sushe宿舍 caolian操练 zaocao早操 guangbo广播
        xinwen新闻 tianxian天线 pindao频道 jiemu节目 zhuchi主持 guanzhong观众 zhangsheng掌声 mubu幕布 juben剧本
        taici台词 lianpu脸谱 piying皮影 muou木偶 zaji杂技 moshu魔术 maxi马戏 laojia老家 guxiang故乡 jiaxiang家乡
        jiapu家谱 jiamen家门 jiaju家具 jiadian家电 jiawu家务 jiaren家人 qinren亲人 qinqi亲戚 zhangbei长辈 wanbei晚辈
        xiongdi兄弟 jiemei姐妹 fuqi夫妻 popo婆婆 gonggong公公 yuefu岳父 yuemu岳母 zhizi侄子 waisheng外甥 biaoge表哥
        biaojie表姐 tangdi堂弟 tangmei堂妹 bofu伯父 bomu伯母 shenshen婶婶 ganma干妈 shifu师傅 tongshi同事 tongzhuo同桌
        huoban伙伴 laoxiang老乡 zhanyou战友 wangyou网友 xiaoyou校友 biyou笔友 yaopian药片 yaoshui药水 yaogao药膏
        yaoxiang药箱 yaofang药方 zhongyao中药 caoyao草药 zhenjiu针灸 baguan拔罐 anmo按摩 tiwen体温 xueya血压 maibo脉搏
        shabu纱布 bengdai绷带 mianqian棉签 jiujing酒精 dianjiu碘酒 danjia担架 lunyi轮椅 menzhen门诊 guahao挂号
        tijian体检 yimiao疫苗 gaipian钙片 mianguan面馆 miantang面汤 mianpi面皮 miantuan面团 fagao发糕 migao米糕
        tangren糖人 tangshui糖水 tangjiang糖浆 douhua豆花 dougan豆干 doupi豆皮 douru豆乳 fuzhu腐竹 furu腐乳 zhacai榨菜
        suancai酸菜 gancai干菜 sungan笋干 xiapi虾皮 yuwan鱼丸 rouwan肉丸 roubing肉饼 rousong肉松 yangtang羊汤 jitang鸡汤
        yutang鱼汤 gutang骨汤 caitang菜汤 mijiu米酒 huangjiu黄酒 baijiu白酒 pijiu啤酒 hongjiu红酒 guojiu果酒 yaojiu药酒
        liangcha凉茶 naicha奶茶 jiangcha姜茶 chadian茶点 chahua茶花 chashu茶树 chayuan茶园 chanong茶农 jianbao剪报
        tiehua贴画 chuanghua窗花 menshen门神 dengmi灯谜 chunlian春联 yuandan元旦 guoqing国庆 ertong儿童 zhishu植树
        huzhao护照 chepai车牌 cheku车库 chemen车门 chechuang车窗 chedeng车灯 cheling车铃 cheba车把 chetai车胎 chesu车速
        chedao车道 tianqiao天桥 zhantai站台 zhanpai站牌 yuetai月台 chuanpiao船票 chuanfan船帆 chuanjiang船桨
        chuancang船舱 jiaban甲板 dengta灯塔 dukou渡口 haigang海港 haiguan海关 haijun海军 haixian海鲜 haiyan海盐
        haian海岸 haifeng海风 haishui海水 zhuodeng桌灯 bideng壁灯 diaodeng吊灯 caideng彩灯 gongdeng宫灯 youdeng油灯
        dengpao灯泡 dengzhao灯罩 dengxin灯芯 kaiguan开关 anniu按钮 jianpan键盘 pingmu屏幕 erji耳机 yinxiang音箱
        huatong话筒 changpian唱片 cidai磁带 guangpan光盘 jiaojuan胶卷 dipian底片 jingtou镜头 zaozhi造纸 yinshua印刷
        huozi活字 muke木刻 tapian拓片 beiwen碑文 shibei石碑 shishi石狮 shiban石板 shizhuo石桌 shideng石凳 shiyou石油
        meitan煤炭 chaiyou柴油 qiyou汽油 dianli电力 dianzhan电站 dianta电塔 shuiba水坝 shuizha水闸 shuiqu水渠
        shuigou水沟 shuita水塔 shuibiao水表 shuifei水费 dianfei电费 dianbiao电表 qibiao气表
        """
}
