import HTTPTypes
import ProviderSupport
import RenderCore

/// Puts files where the provider can read them. Costs nothing, and may be repeated.
///
/// - Source: WaveSpeed's own clients: a ticket, then a PUT with exactly the ticket's headers; its documentation: one multipart form.
struct MediaUploads: Sendable {
    let calls: WaveSpeedCalls
    let options: WaveSpeedOptions
    /// Letters and digits, never the same twice.
    let unique: @Sendable () -> String

    /// - Throws: `Failure`, `CancellationError`.
    func url(of file: LocalFile, keyMark: String?) async throws -> String {
        guard options.uploadWay == .ticket else { return try await form(file, keyMark) }
        let ticket = try await calls.question(
            .post, "/media/uploads",
            body: [
                "filename": .string(Self.name(of: file)), "size": .int(file.length),
                "content_type": .string(file.mediaType),
            ], keyMark: keyMark)
        // A provider that knows no tickets.
        if ticket.refusal == 404 || ticket.refusal == 405 { return try await form(file, keyMark) }
        guard ticket.isSuccess else { throw calls.failures.question(ticket, "the answer to an upload") }
        return try await put(file, ticket)
    }

    private func put(_ file: LocalFile, _ ticket: Envelope) async throws -> String {
        guard let link = ticket.data?["download_url"]?.filledText, let upload = ticket.data?["upload"],
            let target = upload["url"]?.filledText, let address = WebAddress(target), isAllowed(address)
        else {
            throw Failure(
                .hostRefused, .uploadAnsweredByAnother(origin: calls.root.origin), fault: .provider, retryable: true)
        }
        // Without the key: the address is signed, and its host is not the API's.
        var call = HTTPCall(
            .put, address.text, body: [.file(path: file.path, length: file.length, sha256: file.sha256)])
        for (name, value) in upload["headers"]?.object ?? [:] {
            guard let field = HTTPField.Name(name), field != .authorization, let text = value.string else { continue }
            call.headers[field] = text
        }
        call.limits.connect = options.connect
        call.limits.total = options.total + calls.time(toSend: call.body)
        let answer: HTTPAnswer
        do {
            answer = try await calls.transport.send(call)
        } catch let error as TransportError {
            throw calls.failures.transport(error, origin: address.origin)
        }
        guard (200..<300).contains(answer.head.status) else {
            let isTooLarge = answer.head.status == 413
            throw Failure(
                code: LocalCode.text(ofStatus: answer.head.status),
                .uploadRefused(nil, isTooLarge: isTooLarge), fault: isTooLarge ? .job : .provider,
                retryable: !isTooLarge, httpStatus: answer.head.status)
        }
        return link
    }

    /// Only encrypted, but on this machine.
    private func isAllowed(_ address: WebAddress) -> Bool {
        address.scheme == "https" || address.isLoopback && calls.root.address.isLoopback
            || address.origin == calls.root.origin
    }

    private func form(_ file: LocalFile, _ keyMark: String?) async throws -> String {
        let boundary = "renderdrop-" + unique()
        let head =
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(Self.name(of: file))\"\r\n"
            + "Content-Type: \(file.mediaType)\r\n\r\n"
        let body: [BodyPiece] = [
            .bytes(Array(head.utf8)), .file(path: file.path, length: file.length, sha256: file.sha256),
            .bytes(Array("\r\n--\(boundary)--\r\n".utf8)),
        ]
        let answer: Envelope
        do {
            answer = try await calls.exchange(
                .post, "/media/upload/binary", type: "multipart/form-data; boundary=\(boundary)", body: body,
                keyMark: keyMark, total: options.total + calls.time(toSend: body))
        } catch let error as TransportError {
            throw calls.failures.transport(error)
        }
        if answer.refusal == 413 { throw calls.failures.refusal(answer, "the answer to an upload").failure }
        guard answer.isSuccess, let link = answer.data?["download_url"]?.filledText ?? answer.data?["url"]?.filledText
        else { throw calls.failures.question(answer, "the answer to an upload") }
        return link
    }

    /// Plain, whatever the file is called here: it stands in a header.
    private static func name(of file: LocalFile) -> String {
        let ending = file.name.utf8.split(separator: UInt8(ascii: ".")).last.map { String(decoding: $0, as: UTF8.self) }
        let plain = (ending ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return "reference" + (plain.isEmpty ? "" : "." + plain.lowercased())
    }
}
