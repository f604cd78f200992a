package import VaultAPI

extension VaultClient {
    /// Makes one of the API's calls with its messages.
    ///
    /// - Parameters:
    ///   - id: what stands in the route's `{id}`.
    ///   - query: name and value pairs; values are numbers, ids or cursors, which need no escaping.
    /// - Throws: `ClientError`; `.badResponse` naming the key at fault if the answer is not the message expected.
    package func call<Answer: WireMessage>(
        _ route: Route, id: String = "", query: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        contentType: String = Wire.json, as type: Answer.Type = Answer.self,
        credential: ((UnsafeRawBufferPointer) -> Void) -> Void = { _ in }
    ) async throws(ClientError) -> Answer {
        let response = try await call(
            Self.request(route, id: id, query: query, body: body, contentType: contentType), credential: credential)
        do { return try WireDecoding.decode(response.body, as: type) } catch { throw .badResponse(error.description) }
    }

    /// A call's request, for callers that want the answer's bytes.
    package static func request(
        _ route: Route, id: String = "", query: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        contentType: String = Wire.json
    ) -> ClientRequest {
        let search = query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return ClientRequest(
            method: route.method, path: route.path(id) + (search.isEmpty ? "" : "?\(search)"), body: body,
            contentType: contentType)
    }
}
