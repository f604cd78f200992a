internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

extension Calls {
    func custodianCall(_ request: Request, reader: VaultReader) throws -> Answer {
        throw VaultError(.notFound, "no such call")
    }
}
