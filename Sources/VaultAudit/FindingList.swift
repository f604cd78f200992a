/// Gathers findings up to a limit, so that a log in ruins cannot fill the memory, and counts the rest.
struct FindingList {
    private(set) var findings: [LogFinding] = []
    private(set) var leftOut: UInt64 = 0

    mutating func add(_ place: LogFinding.Place, _ kind: LogFinding.Kind, _ message: @autoclosure () -> String) {
        guard findings.count < LogVerifier.findingLimit else {
            leftOut += 1
            return
        }
        findings.append(LogFinding(place: place, kind: kind, message: message()))
    }
}
