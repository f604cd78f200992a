internal import ResidentVault
internal import Synchronization
internal import VaultAPI
internal import VaultModel

/// A read of many residents that is answered in lines (NDJSON), a piece of them at a time.
///
/// Each piece is a read of its own: decided when the reader has taken the one before, logged, and sent when its entry is
/// durable. So whatever leaves stands in the log, what the client no longer takes is neither opened nor logged, a revocation
/// counts for every piece after it, and an answer of any length takes a piece's memory.
final class ReadLines: AnswerStream {
    private struct State {
        /// A piece that was read before it was asked for.
        var ready: [UInt8]?
        var rest: ArraySlice<PairwiseID>
    }

    private let message: VaultAPI.ReadRequest
    /// All pieces' entries have it.
    private let id: RequestID
    private let caller: AppCaller
    private let vault: Vault
    private let reader: LoopReader
    private let state: Mutex<State>

    /// Known only at the end.
    let size: Int64? = nil

    private init(
        _ message: VaultAPI.ReadRequest, id: RequestID, caller: AppCaller, vault: Vault, reader: LoopReader, first: [UInt8],
        rest: ArraySlice<PairwiseID>
    ) {
        self.id = id
        self.message = message
        self.caller = caller
        self.vault = vault
        self.reader = reader
        state = Mutex(State(ready: first, rest: rest))
    }

    /// Reads the first piece; a refusal of it is the request's. Call it on the reader's loop, where `next` is called too.
    static func answer(
        _ message: VaultAPI.ReadRequest, caller: AppCaller, vault: Vault, reader: LoopReader,
        finish: @escaping @Sendable (Result<any AnswerStream, any Error>) -> Void
    ) {
        let first = message.residents.prefix(WireLimits.residentsPerPiece)
        let id = RequestID.random()
        reader.read(
            message.request(first, id: id, lines: true), caller: caller, of: vault,
            finish: { result in
                finish(result.map {
                    ReadLines(
                        message, id: id, caller: caller, vault: vault, reader: reader, first: $0,
                        rest: message.residents[first.endIndex...])
                })
            })
    }

    func next(_ finish: @escaping @Sendable ([UInt8]?) -> Void) {
        let (ready, piece) = state.withLock { state -> ([UInt8]?, ArraySlice<PairwiseID>) in
            if let ready = state.ready {
                state.ready = nil
                return (ready, [])
            }
            let piece = state.rest.prefix(WireLimits.residentsPerPiece)
            state.rest = state.rest[piece.endIndex...]
            return (nil, piece)
        }
        if let ready { return finish(ready) }
        guard !piece.isEmpty else { return finish([]) }
        reader.read(
            message.request(piece, id: id, lines: true), caller: caller, of: vault, finish: { finish(try? $0.get()) })
    }
}

extension VaultAPI.ReadRequest {
    /// A part of what was asked, as the vault takes it.
    func request(_ part: ArraySlice<PairwiseID>, id: RequestID = .random(), lines: Bool) -> ResidentVault.ReadRequest {
        ResidentVault.ReadRequest(
            purpose: purpose, residents: part.map { $0.base32 }, fields: fields, form: form, initiator: initiator,
            caseReference: caseReference, id: id, rows: residents.count, lines: lines)
    }
}
