internal import NIOPosix
internal import ResidentVault

/// A body that is sent piece by piece.
protocol AnswerStream: Sendable {
    /// In bytes; nil if it is known only at the end.
    var size: Int64? { get }

    /// Makes the next piece: empty at the end, nil if the stream broke. `finish` may be called on any thread, once; the next
    /// piece is asked for after that.
    func next(_ finish: @escaping @Sendable ([UInt8]?) -> Void)
}

/// A backup, read on a thread that may wait for the disk.
struct BackupAnswer: AnswerStream {
    let stream: BackupStream
    let workers: NIOThreadPool

    var size: Int64? { stream.size }

    func next(_ finish: @escaping @Sendable ([UInt8]?) -> Void) {
        workers.submit { state in finish(state == .active ? try? stream.next() : nil) }
    }
}
