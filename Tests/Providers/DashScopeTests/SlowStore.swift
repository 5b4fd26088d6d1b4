import HTTPTypes
import RenderCore
import Synchronization

@testable import DashScope

/// The temporary store, where one kind of call waits until the test opens the gate. Every permission is another one.
final class SlowStore: HTTPTransport {
    enum Upload: Sendable {
        case stored
        case expired
        case broken(TransportError)
    }

    private struct State {
        var permissions = 0
        var uploads: [String] = []
        var script: [Upload]
    }

    let gate = Gate()
    private let held: HTTPRequest.Method
    private let state: Mutex<State>

    /// - Parameters:
    ///   - held: what waits at the gate.
    ///   - script: what becomes of the uploads in the order in which they came; then they are stored.
    init(holds held: HTTPRequest.Method, _ script: [Upload] = []) {
        self.held = held
        state = Mutex(State(script: script))
    }

    var permissions: Int { state.withLock { $0.permissions } }
    /// The forms, without their files.
    var uploads: [String] { state.withLock { $0.uploads } }

    func send(_ call: HTTPCall) async throws -> HTTPAnswer {
        if call.method == .get {
            let number = state.withLock { state in
                state.permissions += 1
                return state.permissions
            }
            if held == .get { try await gate.pass() }
            let policy = """
                {"data":{"policy":"p\(number)","signature":"s","upload_dir":"dir","upload_host":"https://x.aliyuncs.com",
                 "expire_in_seconds":300,"oss_access_key_id":"LTAI"}}
                """
            return HTTPAnswer(head: HTTPHead(status: 200, headers: [:]), body: Array(policy.utf8))
        }
        let form = call.body.first.map { String(decoding: [$0].assembled, as: UTF8.self) } ?? ""
        let outcome = state.withLock { state in
            state.uploads.append(form)
            return state.script.isEmpty ? .stored : state.script.removeFirst()
        }
        if held == .post { try await gate.pass() }
        switch outcome {
        case .stored: return HTTPAnswer(head: HTTPHead(status: 200, headers: [:]), body: [])
        case .expired:
            return HTTPAnswer(head: HTTPHead(status: 403, headers: [:]), body: Array(UploadTests.expired.utf8))
        case .broken(let error): throw error
        }
    }

    func open(_ call: HTTPCall) async throws -> HTTPStream {
        throw TransportError(.other, "nothing is downloaded here", mayHaveArrived: false)
    }
}
