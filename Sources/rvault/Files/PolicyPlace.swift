internal import Glibc

/// Where the policies to start from lie: as named, else here, else where they were installed.
enum PolicyPlace {
    static func find(_ named: String?) throws(Failure) -> String {
        if let named { return named }
        let places = ["Policies", Companion.folder + "/../share/rvault/Policies"]
        for place in places where access(place + "/parties.yaml", R_OK) == 0 { return place }
        throw Failure(
            .refused, Sentence(Faults.noPolicies, places.joined(separator: ", ")), hint: Sentence(Hints.namePolicies))
    }
}
