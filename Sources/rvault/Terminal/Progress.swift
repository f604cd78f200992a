internal import Glibc

/// A line that counts, shown only on a terminal and gone when the work is done.
struct Progress {
    private let isShown = isatty(2) == 1
    private let console: Console

    init(_ console: Console) { self.console = console }

    func show(_ key: some CatalogueKey, _ done: Int, of total: Int? = nil) {
        guard isShown else { return }
        let text = console.text(key, total.map { "\(done)/\($0)" } ?? "\(done)")
        Descriptor.write("\r\u{1b}[K" + Console.printable(text), to: 2)
    }

    func clear() { if isShown { Descriptor.write("\r\u{1b}[K", to: 2) } }
}
