internal import NIOHTTP1
internal import ResidentVault
internal import VaultAPI
internal import VaultModel

/// Changes of the vault's rules, and the rules themselves.
extension Calls {
    func changeCall(_ request: Request, reader: VaultReader) throws -> Answer {
        switch request.route {
        case .proposeApp:
            let message = try WireDecoding.decode(request.body, as: AppRegistration.self)
            return proposed(
                try vault.proposeApp(
                    message.name, box: message.box, auth: message.auth, operatorHeld: message.operatorHeld))
        case .proposeChange:
            let message = try WireDecoding.decode(request.body, as: ChangeProposal.self)
            return proposed(try vault.propose(try ConfigOperation(members: message.operation)))
        case .makeChange:
            let message = try WireDecoding.decode(request.body, as: SignedChange.self)
            let made = try vault.change(
                Array(message.change.utf8),
                approvals: message.approvals.map { ConfigChange.Approval(custodian: $0.custodian, signature: $0.signature) },
                uid: request.peer.uid)
            // After a new service key rows begin to move to it.
            vault.startRotating()
            return .json(
                ChangeMade(
                    number: Int(made.config.config.number), config: Base64URL.encode(made.config.digest),
                    grantsEnded: made.ended, grantsFailed: made.failed),
                status: .created)
        case .config:
            return .json(
                ConfigView(
                    config: vault.config.config.json.object ?? [:],
                    granted: try vault.grantedPurposes(reader: reader)))
        default: throw VaultError(.notFound, "no such call")
        }
    }

    func proposed(_ change: ConfigChange) -> Answer {
        let config = vault.config.config
        return .json(
            ProposedChange(
                change: String(decoding: change.bytes, as: UTF8.self),
                needed: change.operation.widens(config) ? config.threshold : 0))
    }
}
