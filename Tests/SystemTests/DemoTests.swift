import Testing

/// The story that `make demo` plays, with the programs of this build.
@Suite struct DemoTests {
    @Test func `every check of the demo is right, in both languages`() throws {
        for (language, right) in [("en", "checks passed"), ("zh-CN", "检查")] {
            let scenario = try Scenario()
            let outcome = try scenario.bash("rvault demo --lang \(language) --policies $REPO/Policies")
            #expect(outcome.status == 0, "\(outcome.out.suffix(2000))")
            #expect(!outcome.out.contains("✗"))
            #expect(outcome.out.contains(right))
        }
    }
}
