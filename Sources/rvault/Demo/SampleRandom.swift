/// Repeatable numbers for the sample community: SplitMix64 (Steele, Lea, Flood, 2014). The standard library promises no
/// sequence for its own methods, so those are not used.
struct SampleRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// A number from 0 up to the limit, which is small enough that the remainder's bias does not matter.
    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return Int((mixed ^ mixed >> 31) % UInt64(limit))
    }

    mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }

    mutating func name(surname: String) -> String {
        if below(40) == 0 { return pick(["阿依古丽·买买提", "斯琴·巴特尔", "覃·乌云其其格"]) }
        return surname + pick(SampleWords.givenNames) + (below(4) == 0 ? "" : pick(SampleWords.givenNames))
    }

    mutating func plate() -> String {
        let isNewEnergy = below(3) == 0
        let characters = (0..<5).map { _ in String(pick(Array("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))) }.joined()
        return isNewEnergy ? "湘GD\(10_000 + below(90_000))" : "湘G" + characters
    }
}

enum SampleWords {
    static let surnames = "向覃田彭王张李陈刘杨周吴赵黄邓汪段".map(String.init)
    static let givenNames = "兰芳梅莲云霞娟静婷建国平松涛杰鹏宇轩涵思怡明志勇㛃䶮𠮷".map(String.init)
    static let chronic = ["高血压", "2型糖尿病", "冠心病", "慢阻肺", "高血脂", "类风湿关节炎"]
    static let allergies = ["青霉素", "头孢", "磺胺类", "海鲜", "花生"]
    static let medicines = ["氨氯地平 5mg 每日一次", "二甲双胍 0.5g 每日两次", "阿司匹林 100mg 每晚", ""]
    static let schools = ["崇文小学", "官黎坪小学", "永定路小学", "澧水实验学校"]
}
