import Testing
import VaultAPI
import VaultModel

/// One message of the wire as text, and how its type reads it. The texts are the contract.
struct GoldenMessage: CustomTestStringConvertible, Sendable {
    let type: String
    let text: String
    /// Keys that may be left out.
    let optional: Set<String>
    /// Reads a text as this message and writes it again.
    let roundTrip: @Sendable ([UInt8]) throws(WireError) -> JSON

    init<Message: WireMessage>(_ type: Message.Type, _ text: String, optional: Set<String> = []) {
        self.type = "\(type)"
        self.text = text
        self.optional = optional
        roundTrip = { bytes throws(WireError) in try WireDecoding.decode(bytes, as: type).json }
    }

    var bytes: [UInt8] { Array(text.utf8) }
    var testDescription: String { type }

    /// The message's members.
    var members: [String: JSON] { (try? JSONParser.parse(bytes))?.object ?? [:] }

    private static let id = "AAECAwQFBgcICQoLDA0ODw"
    private static let pairwise = "aaaqeayeaudaocajbifqydiob4"
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    private static let title = #"{"en":"Name","zh":"姓名"}"#
    private static let party = """
        "app":"parking","party":"property","party_title":\(title),"operator_held":false,"purpose":"parking.permit",
        "title":\(title),"notice":\(title)
        """
    private static let historyItem = """
        {"seq":17,"time":"2026-11-23T01:00:00Z","action":"read","role":"app","app":"parking","party_title":\(title),
        "purpose":"parking.contact","purpose_title":\(title),"initiator":"desk-3",
        "fields":[{"field":"person.name","title":\(title)}],"withheld":[{"field":"contact.phone","title":\(title)}],
        "form":"masked","basis":"consent","outcome":"released","reason":"unavailable"}
        """
    private static let auditor = #"{"name":"street-office","operator_held":true,"added":"2026-11-23T01:00:00Z"}"#

    private static let delegate = """
        {"basis":"consent.separate","ended":"2027-01-01T00:00:00Z","fields":[{"field":"person.name","form":"raw","title":\(title)}],
        "from":"2026-11-23T01:00:00Z","id":"\(id)","login":"123456788","own":true,"state":"withdrawn",
        "until":"2027-06-30T15:59:59.999Z"}
        """

    static let all: [GoldenMessage] = [
        GoldenMessage(EmptyMessage.self, "{}"),
        GoldenMessage(
            ProblemBody.self,
            #"{"code":"unknown_key","detail":"key \"x\" is not known here","hint":"h","status":422,"title":"Unprocessable Content","type":"about:blank"}"#,
            optional: ["hint"]),
        GoldenMessage(
            WhoAmI.self,
            #"{"app":"parking","operator_held":true,"party":"property","purposes":["parking.contact","parking.permit"]}"#
        ),
        GoldenMessage(
            AccessRequestBody.self,
            #"{"fields":["contact.phone"],"form":"masked","purpose":"parking.contact","subject":{"field":"person.id_number","value":"999903198001010013"},"until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["fields", "form", "until"]),
        GoldenMessage(AccessRequestAccepted.self, #"{"id":"\#(id)"}"#),
        GoldenMessage(
            AccessRequestView.self, #"{"grant":"\#(id)","id":"\#(id)","resident":"\#(pairwise)","state":"given"}"#,
            optional: ["grant", "resident"]),
        GoldenMessage(
            AppGrantPage.self,
            #"{"items":[{"fields":["contact.phone"],"form":"raw","id":"\#(id)","purpose":"parking.contact","resident":"\#(pairwise)","state":"given","until":"2027-01-01T00:00:00Z"}],"next":"\#(id)"}"#,
            optional: ["next"]),
        GoldenMessage(
            ReadRequest.self,
            #"{"case":"K-17","fields":["contact.phone","person.name"],"form":"raw","initiator":"desk-3","purpose":"parking.contact","residents":["\#(pairwise)"]}"#,
            optional: ["case", "form", "initiator"]),
        GoldenMessage(
            ReadResponse.self,
            #"{"records":[{"fields":{"contact.phone":"13800000000","vehicle.plates":["湘G12345"]},"resident":"\#(pairwise)","withheld":[{"code":"unavailable","field":"person.name"}]},{"code":"no_grant","resident":"\#(pairwise)"}]}"#
        ),
        GoldenMessage(WriteRequest.self, #"{"fields":{"vehicle.plates":["湘G12345"]},"purpose":"parking.permit"}"#),
        GoldenMessage(WriteResponse.self, #"{"proposed":[],"written":["vehicle.plates"]}"#),
        GoldenMessage(
            LookupRequest.self,
            #"{"purpose":"parking.permit","subject":{"field":"contact.phone","value":"13800000000"}}"#),
        GoldenMessage(LookupResponse.self, #"{"resident":"\#(pairwise)"}"#, optional: ["resident"]),
        GoldenMessage(
            ImportLine.self,
            #"{"code":"00000-00000-00000-00000-00000-00","fields":{"person.name":"张三"},"login":"123456788","sources":{"person.name":"committee"}}"#,
            optional: ["code", "login", "sources"]),
        GoldenMessage(ForwardImportResponse.self, #"{"accepted":2,"rejected":[{"line":3,"reason":"unknown field"}]}"#),
        GoldenMessage(
            ImportResponse.self,
            #"{"no_grants":["parking.permit"],"results":[{"line":1,"login":"123456788","status":"enrolled"},{"activated":true,"line":2,"login":"123456788","status":"known"},{"line":3,"status":"login_taken"},{"line":4,"reason":"no ID number","status":"rejected"}]}"#
        ),
        GoldenMessage(ActivationRequest.self, #"{"code":"00000","passphrase":"pingguo yueliang"}"#),
        GoldenMessage(ActivationResponse.self, #"{"login":"123456788"}"#),
        GoldenMessage(SessionRequest.self, #"{"login":"123456788","passphrase":"pingguo yueliang"}"#),
        GoldenMessage(SessionResponse.self, #"{"expires":"2026-11-23T01:00:00Z","session":"rvs_x_y"}"#),
        GoldenMessage(MyErasure.self, #"{"everything":true}"#),
        GoldenMessage(ResidentErasure.self, #"{"everything":true,"login":"123456788","reason":"moved_out"}"#),
        GoldenMessage(
            ErasureResult.self,
            #"{"backups_end":"2026-12-28","certificate":"rvault-erasure-certificate v1","clean":true,"fields":["health.chronic"],"index":17,"kept":[{"field":"health.note","parties":["education"]}]}"#,
            optional: ["certificate", "fields"]),
        GoldenMessage(PassphraseChange.self, #"{"new":"b","old":"a"}"#),
        GoldenMessage(
            MeView.self, #"{"custodians":5,"login":"123456788","name":"张三","threshold":3,"vault":"\#(id)"}"#,
            optional: ["name"]),
        GoldenMessage(
            MyFields.self,
            #"{"fields":[{"field":"person.name","source":"committee","source_title":\#(title),"time":"2026-11-23T01:00:00Z","title":\#(title),"value":"张三"}],"proposals":[{"app":"health","field":"health.allergies","time":"2026-11-23T01:00:00Z","title":\#(title),"value":["青霉素"]}]}"#
        ),
        GoldenMessage(
            ReceiptView.self,
            #"{"checkpoint":"rvault\n1\n","digest":"\#(key)","log_index":7,"signature":"\#(String(repeating: "A", count: 86))","signer":"\#(key)","statement":"{}"}"#,
            optional: ["checkpoint", "log_index"]),
        GoldenMessage(
            DelegateRequest.self,
            #"{"categories":["health"],"fields":["contact.phone"],"login":"123456788","until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["categories", "fields", "until"]),
        GoldenMessage(DelegateView.self, delegate, optional: ["ended", "login"]),
        GoldenMessage(DelegateList.self, #"{"items":[\#(delegate)],"notice":\#(title)}"#),
        GoldenMessage(
            WardView.self,
            #"{"basis":"consent.guardian","fields":[{"field":"person.name","form":"raw","title":\#(title)}],"from":"2026-11-23T01:00:00Z","id":"\#(id)","login":"123456788","name":"张三","open_requests":2,"until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["name"]),
        GoldenMessage(
            WardApproval.self,
            #"{"fields":["contact.phone"],"request":"\#(id)","until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["fields", "until"]),
        GoldenMessage(WardRequest.self, #"{"request":"\#(id)"}"#),
        GoldenMessage(WardGrant.self, #"{"grant":"\#(id)"}"#),
        GoldenMessage(Correction.self, #"{"fields":{"contact.phone":"13800000000"}}"#),
        GoldenMessage(HistoryItem.Field.self, #"{"field":"person.name","title":\#(title)}"#),
        GoldenMessage(
            HistoryItem.self, historyItem,
            optional: [
                "app", "basis", "form", "initiator", "party_title", "purpose", "purpose_title", "reason", "role",
            ]),
        GoldenMessage(HistoryPage.self, #"{"items":[\#(historyItem)],"next":17}"#, optional: ["next"]),
        GoldenMessage(
            ItemList<GrantView>.self,
            """
            {"items":[{"id":"\(id)",\(party),"fields":[{"field":"person.name","title":\(title),"form":"masked"}],
            "actions":["read","write"],"form":"raw","basis":"contract","from":"2026-11-23T01:00:00Z",
            "until":"2027-11-23T01:00:00Z","state":"withdrawn","ended":"2026-11-24T01:00:00Z"}]}
            """),
        GoldenMessage(
            RequestView.self,
            """
            {"id":"\(id)",\(party),"necessity":\(title),"impact":\(title),
            "fields":[{"field":"health.chronic","title":\(title),"form":"raw","sensitive":true}],"form":"raw",
            "basis":"consent.separate","until":"2027-11-23T01:00:00Z","created":"2026-11-23T01:00:00Z",
            "expires":"2026-12-07T01:00:00Z","state":"requested"}
            """, optional: ["until"]),
        GoldenMessage(
            GrantView.self,
            """
            {"id":"\(id)",\(party),"fields":[{"field":"person.name","title":\(title),"form":"raw"}],
            "actions":["read"],"form":"raw","basis":"consent","from":"2026-11-23T01:00:00Z",
            "until":"2027-11-23T01:00:00Z","state":"given","ended":"2026-11-24T01:00:00Z"}
            """, optional: ["until", "ended"]),
        GoldenMessage(
            Approval.self, #"{"fields":["person.name"],"until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["fields", "until"]),
        GoldenMessage(ProposalAcceptance.self, #"{"time":"2026-11-23T08:00:00Z"}"#),
        GoldenMessage(ApprovalResponse.self, #"{"grant":"\#(id)"}"#),
        GoldenMessage(
            StatusView.self,
            """
            {"vault":"\(id)","residents":5000,"entries":17,"config":"\(key)","config_number":3,"custodians":0,
            "threshold":0,"apps":5,"keys":"files","version":"0.1.0"}
            """),
        GoldenMessage(
            ItemList<AppView>.self,
            """
            {"items":[{"name":"parking","party":"property","live":true,"operator_held":false,
            "added":"2026-11-23T01:00:00Z"}]}
            """),
        GoldenMessage(
            AppRegistration.self, #"{"name":"parking","box":"\#(key)","auth":"\#(key)","operator_held":true}"#),
        GoldenMessage(AppAdded.self, #"{"name":"parking","party":"property","config":"\#(key)"}"#),
        GoldenMessage(ProposedChange.self, #"{"change":"{}","needed":2}"#),
        GoldenMessage(ChangeProposal.self, #"{"operation":{"op":"app_remove","app":"parking"}}"#),
        GoldenMessage(ChangeMade.self, #"{"number":4,"config":"\#(key)","grants_ended":3,"grants_failed":1}"#),
        GoldenMessage(
            StandingView.Handover.self,
            #"{"from":{"zh":"旧物业","en":"Old"},"to":{"zh":"新物业","en":"New"},"ended":"2026-11-23T01:00:00Z"}"#),
        GoldenMessage(
            StandingView.self,
            #"{"custodians":[{"zh":"居委会","en":"Committee"}],"operator_held":["parking"],"handovers":[]}"#),
        GoldenMessage(ConfigView.self, #"{"config":{"number":4},"granted":["parking.permit"]}"#),
        GoldenMessage(
            SignedChange.Approval.self, #"{"custodian":"committee","signature":"\#(String(repeating: "A", count: 86))"}"#),
        GoldenMessage(
            SignedChange.self,
            #"{"approvals":[{"custodian":"committee","signature":"\#(String(repeating: "A", count: 86))"}],"change":"{}"}"#),
        GoldenMessage(AppRemoved.self, #"{"grants_ended":12,"grants_failed":1}"#),
        GoldenMessage(PolicySummary.self, #"{"fields":[{"field":"person.name"}],"purposes":["parking.permit"]}"#),
        GoldenMessage(
            EntryPage.self, #"{"entries":[{"seq":0,"entry":{"type":"entry","action":"init"}}],"next":0}"#,
            optional: ["next"]),
        GoldenMessage(
            AuditorRegistration.self, #"{"name":"street-office","auth":"\#(key)","operator_held":false}"#),
        GoldenMessage(AuditorView.self, auditor),
        GoldenMessage(ItemList<AuditorView>.self, #"{"items":[\#(auditor)]}"#),
        GoldenMessage(
            FieldRotationBody.self, #"{"scope":"category","name":"health","rate":100}"#, optional: ["name", "rate"]),
        GoldenMessage(RotationBegun.self, #"{"residents":12}"#),
        GoldenMessage(
            RotationView.self,
            """
            {"kind":"fields","target":"health","done":5,"failed":0,"total":12,"rate":100,"started":"2026-11-23T01:00:00Z",
            "finished":"2026-11-23T02:00:00Z"}
            """, optional: ["finished"]),
        GoldenMessage(
            RotationStatus.self,
            """
            {"rotations":[{"kind":"fields","target":"*","done":5,"failed":0,"total":12,"rate":0,
            "started":"2026-11-23T01:00:00Z"}],"service_key_since":"2026-11-23T01:00:00Z",
            "pepper_since":"2026-11-23T01:00:00Z","last_backup":"2026-11-23T00:00:00Z","under_old_pepper":3,"stale":7,"apps":[{"name":"parking","until":"2026-11-24T01:00:00Z","waiting":5}]}
            """, optional: ["last_backup"]),
        GoldenMessage(
            AppMoveView.self, #"{"name":"parking","until":"2026-11-24T01:00:00Z","waiting":5}"#, optional: ["until"]),
        GoldenMessage(
            AppKeyChange.self, #"{"box":"\#(key)","auth":"\#(key)","operator_held":false,"overlap":86400}"#),
        GoldenMessage(KeyMove.self, #"{"token":"rva_parking_x","after":"\#(id)"}"#, optional: ["after"]),
        GoldenMessage(KeyMoved.self, #"{"moved":5,"failed":0,"next":"\#(id)"}"#, optional: ["next"]),
        GoldenMessage(RotationRate.self, #"{"kind":"service_key","rate":100}"#, optional: ["rate"]),
        GoldenMessage(SeedRenewal.self, #"{"passphrase":"four plain words here"}"#),
        GoldenMessage(ArchiveResult.self, #"{"moved":512,"first":512}"#),
    ] + ceremonies

    private static let signature = String(repeating: "A", count: 86)
    private static let share = #"{"digest":"\#(key)","resident":"\#(id)","set":"\#(id)","share":"AAEC","x":16}"#

    private static let ceremonies: [GoldenMessage] = [
        GoldenMessage(
            CeremonyOpening.self,
            #"{"kind":"recover","letter":"\#(key)","logins":["123456788"],"reason":"lost-passphrase"}"#,
            optional: ["letter", "logins"]),
        GoldenMessage(
            CeremonyOpening.self,
            #"{"id_number":"999903198001010013","kind":"recover","letter":"\#(key)","reason":"lost-letter"}"#,
            optional: ["letter", "id_number"]),
        GoldenMessage(
            CeremonyOpening.self,
            #"{"kind":"issue","purpose":"parking.permit","reason":"new-contract","until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["purpose", "until"]),
        GoldenMessage(
            CeremonyOpening.self,
            #"{"basis":"consent.guardian","fields":["person.name"],"kind":"delegate","pairs":[{"delegate":"123456788","ward":"123456788"}],"reason":"guardians","until":"2027-06-30T15:59:59.999Z"}"#,
            optional: ["basis", "fields", "pairs", "until"]),
        GoldenMessage(CeremonyOpening.Pair.self, #"{"delegate":"123456788","ward":"123456788"}"#),
        GoldenMessage(
            CeremonyView.self,
            #"{"answered":["owners"],"custodians":["committee","owners"],"done":3,"failed":1,"index":17,"request":"{}","state":"open"}"#
        ),
        GoldenMessage(ShareItem.self, share),
        GoldenMessage(
            CeremonyLine.self, #"{"login":"123456788","resident":"\#(id)","share":\#(share)}"#, optional: ["share"]),
        GoldenMessage(
            CeremonyPage.self,
            #"{"custodian":"owners","lines":[{"delegate":"\#(id)","delegate_login":"123456788","login":"123456788","resident":"\#(id)","share":\#(share)}],"next":500,"proof":"c2sp.org/tlog-proof@v1\n","request":"{}"}"#,
            optional: ["next"]),
        GoldenMessage(
            CeremonyAnswer.self,
            #"{"ceremony":"\#(id)","custodian":"owners","shares":[\#(share)],"signature":"\#(signature)"}"#),
        GoldenMessage(CeremonyStep.self, #"{"code":"00000-00000-00000-00000-00000-00"}"#, optional: ["code"]),
        GoldenMessage(
            SharePage.self, #"{"custodian":"owners","next":500,"shares":[\#(share)],"vault":"\#(id)"}"#,
            optional: ["next"]),
        GoldenMessage(
            ShareHandover.self,
            #"{"from":"owners","release":"\#(signature)","shares":[\#(share)],"signature":"\#(signature)","to":"owners-new","vault":"\#(id)"}"#,
            optional: ["signature"]),
        GoldenMessage(SharesTaken.self, #"{"outdated":1,"taken":499}"#),
    ]
}
