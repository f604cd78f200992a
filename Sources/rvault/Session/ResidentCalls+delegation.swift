internal import VaultAPI
internal import VaultModel

/// The calls about people who act for each other.
extension ResidentCalls {
    borrowing func delegates() async throws -> DelegateList { try await get(.delegates) }

    borrowing func wards() async throws -> [WardView] { try await get(.wards, as: ItemList<WardView>.self).items }

    borrowing func addDelegate(_ request: DelegateRequest) async throws -> GrantID {
        try await post(.addDelegate, id: "", request.encoded, as: ApprovalResponse.self).grant
    }

    borrowing func withdraw(_ delegation: GrantID) async throws {
        _ = try await post(.withdrawDelegate, id: delegation.base64, EmptyMessage().encoded, as: EmptyMessage.self)
    }

    borrowing func resign(_ delegation: GrantID) async throws {
        _ = try await post(.wardResign, id: delegation.base64, EmptyMessage().encoded, as: EmptyMessage.self)
    }

    borrowing func fields(of ward: GrantID) async throws -> [FieldView] {
        try await get(.wardFields, id: ward.base64, as: ItemList<FieldView>.self).items
    }

    /// What a ward has to answer and has agreed to, as far as the delegation reaches.
    borrowing func overview(of ward: GrantID) async throws -> ConsentOverview {
        ConsentOverview(
            requests: try await get(.wardRequests, id: ward.base64, as: ItemList<RequestView>.self).items,
            grants: try await get(.wardGrants, id: ward.base64, as: ItemList<GrantView>.self).items)
    }

    borrowing func approve(_ request: RequestID, _ approval: Approval, for ward: GrantID) async throws -> GrantID {
        let body = WardApproval(request: request, fields: approval.fields, until: approval.until).encoded
        return try await forWard { try await post(.wardApprove, id: ward.base64, body, as: ApprovalResponse.self).grant }
    }

    borrowing func deny(_ request: RequestID, for ward: GrantID) async throws {
        let body = WardRequest(request: request).encoded
        _ = try await forWard { try await post(.wardDeny, id: ward.base64, body, as: EmptyMessage.self) }
    }

    /// Revokes or pauses a ward's grant.
    borrowing func change(_ grant: GrantID, by route: Route, for ward: GrantID) async throws {
        let body = WardGrant(grant: grant).encoded
        _ = try await forWard { try await post(route, id: ward.base64, body, as: EmptyMessage.self) }
    }

    borrowing func correct(_ values: [FieldName: JSON], for ward: GrantID) async throws {
        let body = Correction(fields: values).encoded
        _ = try await forWard { try await post(.wardCorrect, id: ward.base64, body, as: EmptyMessage.self) }
    }

    private borrowing func forWard<Answer>(_ call: () async throws -> Answer) async throws -> Answer {
        do { return try await call() } catch let failure as Failure where failure.code == ProblemCode.forbidden.rawValue {
            throw Failure(
                .refused, Sentence(DelegateFaults.notYours), hint: Sentence(DelegateHints.listDelegates), code: failure.code)
        }
    }
}
