import DashScopeSimulator
import Foundation
import Testing

@Suite struct FaultTests {
    /// A bare connection, for what an HTTP client would hide. It blocks, so it gets a thread of its own: the server's
    /// tasks need the shared ones.
    private func raw(_ simulator: RunningSimulator, _ target: String, seconds: Int = 60) async throws -> (
        text: String, error: Int32
    ) {
        try await withCheckedThrowingContinuation { waiter in
            Thread.detachNewThread {
                waiter.resume(with: Result { try Self.exchange(port: simulator.port, target, seconds: seconds) })
            }
        }
    }

    private static func exchange(port: Int, _ target: String, seconds: Int) throws -> (text: String, error: Int32) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        let request = "GET \(target) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-1\r\nConnection: close\r\n\r\n"
        _ = request.withCString { send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 {
                received += buffer[..<count]
            } else {
                return (String(decoding: received, as: UTF8.self), count == 0 ? 0 : errno)
            }
        }
    }

    @Test func `an error answer has no effect`() async throws {
        try await simulating { simulator in
            simulator.addFault(
                FaultMatch(.submit, nth: 2), .status(503, code: "ModelUnavailable", message: "later", retryAfter: 3))
            let client = APIClient(simulator)
            _ = try await client.task()
            let reply = try await client.submit(
                Path.textToImage, #"{"model":"wan2.2-t2i-flash","input":{"prompt":"x"}}"#)
            #expect(reply.status == 503)
            #expect(reply.text("code") == "ModelUnavailable")
            #expect(reply.headers["retry-after"] == "3")
            #expect(simulator.tasks().count == 1)
            _ = try await client.task()
        }
    }

    @Test(arguments: [
        (FaultAction.closeBeforeReading, 0), (.acceptThenClose, 1), (.reset(), 0), (.reset(accepts: true), 1),
    ])
    func `a lost answer may or may not have taken effect`(action: FaultAction, tasks: Int) async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.submit, count: 1), action)
            let client = APIClient(simulator)
            await #expect(throws: (any Error).self) { try await client.task() }
            #expect(simulator.tasks().count == tasks)
            _ = try await client.task()
        }
    }

    @Test func `a reset is seen as one, a close as an end`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.list, nth: 1), .reset())
            simulator.addFault(FaultMatch(.list, nth: 2), .acceptThenClose)
            let reset = try await raw(simulator, "/api/v1/tasks")
            #expect(reset.error == ECONNRESET)
            let closed = try await raw(simulator, "/api/v1/tasks")
            #expect(closed.error == 0)
            #expect(closed.text.isEmpty)
        }
    }

    @Test func `a gateway's page hides a submit that was accepted`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.submit), .acceptThenGarbage(status: 504))
            let reply = try await APIClient(simulator).submit(
                Path.textToImage, #"{"model":"wan2.2-t2i-flash","input":{"prompt":"x"}}"#)
            #expect(reply.status == 504)
            #expect(reply.headers["content-type"] == "text/html")
            #expect(simulator.tasks().count == 1)
        }
    }

    @Test func `a stalled request says nothing`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.list), .stall())
            let silence = try await raw(simulator, "/api/v1/tasks", seconds: 1)
            #expect(silence.text.isEmpty)
            #expect(silence.error == EAGAIN)
        }
    }

    @Test func `bodies can be cut or announced wrongly`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.list, nth: 1), .truncate(at: 10))
            simulator.addFault(FaultMatch(.list, nth: 2), .wrongContentLength(by: 7))
            func parts() async throws -> (announced: Int, sent: Int) {
                let text = try await raw(simulator, "/api/v1/tasks").text
                let sides = text.components(separatedBy: "\r\n\r\n")
                let length = sides[0].lowercased().components(separatedBy: "content-length: ").last
                return (Int(length?.prefix { $0.isNumber } ?? "") ?? -1, sides.dropFirst().first?.utf8.count ?? -1)
            }
            let cut = try await parts()
            #expect(cut.sent == 10)
            #expect(cut.announced > 10)
            let wrong = try await parts()
            #expect(wrong.announced == wrong.sent + 7)
        }
    }

    @Test func `results can be a page, or the whole where a part was asked for, or slow`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator, key: nil)
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("qwen-image-2.0", "x", parameters: #"{"size":"512*512"}"#))
            let url = try #require(reply.text("output.choices.0.message.content.0.image"))
            simulator.addFault(FaultMatch(.result, nth: 1), .wrongContent)
            simulator.addFault(FaultMatch(.result, nth: 2), .ignoreRange)
            simulator.addFault(FaultMatch(.result, nth: 3), .slow(seconds: 0.05))
            #expect(try await client.send("GET", url).string.contains("<html>"))
            let whole = try await client.send("GET", url, headers: ["Range": "bytes=0-9"])
            #expect(whole.status == 200)
            #expect(whole.body.count > 10)
            #expect(try await client.send("GET", url).body == whole.body)
        }
    }

    @Test func `tasks can fail, in part or in whole, and hide at first`() async throws {
        try await simulating {
            $0.limits = false
        } _: { simulator in
            let client = APIClient(simulator)
            simulator.addFault(FaultMatch(.submit, nth: 1), .taskFails(code: "DataInspectionFailed", message: "no"))
            simulator.addFault(FaultMatch(.submit, nth: 2), .partialFailure(1))
            simulator.addFault(FaultMatch(.submit, nth: 3), .unknownQueries(2))
            let failing = try await client.task()
            let partial = try await client.task()
            let hidden = try await client.task()
            simulator.advance(seconds: 60)
            let failed = try await client.get("/tasks/\(failing)")
            #expect(failed.status == 200)
            #expect(failed.text("output.task_status") == "FAILED")
            #expect(failed.text("output.code") == "DataInspectionFailed")
            #expect(failed.number("output.task_metrics.FAILED") == 1)
            let none = try await client.get("/tasks/\(partial)")
            #expect(none.text("output.task_status") == "FAILED")
            for expected in ["UNKNOWN", "UNKNOWN", "SUCCEEDED"] {
                #expect(try await client.get("/tasks/\(hidden)").text("output.task_status") == expected)
            }
        }
    }

    @Test func `a task of which one image failed has succeeded and is billed for the others`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.submit, model: "wan2.2-t2i-plus"), .partialFailure(1))
            let client = APIClient(simulator)
            let ack = try await client.submit(
                Path.textToImage, #"{"model":"wan2.2-t2i-plus","input":{"prompt":"x"},"parameters":{"n":2}}"#)
            simulator.advance(seconds: 60)
            let id = try #require(ack.text("output.task_id"))
            let reply = try await client.get("/tasks/\(id)")
            #expect(reply.text("output.task_status") == "SUCCEEDED")
            #expect(reply.keys("output.results.0") == ["code", "message"])
            #expect(reply.has("output.results.1.url"))
            #expect(reply.number("output.task_metrics.SUCCEEDED") == 1)
            #expect(reply.number("usage.image_count") == 1)
            #expect(simulator.paid().first?.cny == 0.2)
        }
    }

    @Test func `faults, requests and money can be reached on the port`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let added = try await client.admin(
                "POST", "faults", #"{"match":{"kind":"list","count":1},"action":{"type":"status","status":500}}"#)
            #expect(added.status == 204)
            #expect(try await client.admin("GET", "faults").text("0.action.type") == "status")
            #expect(try await client.get("/tasks").status == 500)
            #expect(try await client.get("/tasks").status == 200)
            #expect(try await client.admin("POST", "faults", "{").status == 400)
            #expect(try await client.admin("DELETE", "faults").status == 204)
            let foreign = try await client.admin("POST", "foreign-tasks", #"{"model":"wan2.6-t2i"}"#)
            #expect(try await client.admin("GET", "tasks").text("0.taskID") == foreign.text("0"))
            _ = try await client.post(
                Path.multimodal, messages("qwen-image-edit-plus", "x", images: [pngURI(800, 600)]))
            #expect(try await client.admin("GET", "paid").number("0.images") == 1)
            #expect(try await client.admin("POST", "advance", #"{"seconds":5}"#).status == 204)
            let log = try await client.admin("GET", "requests")
            #expect(log.text("2.kind") == "submit")
            #expect(log.number("2.status") == 200)
            #expect(!log.string.contains("sk-test"))
            let body = try #require(log.text("2.body"))
            #expect(body.contains("sha256"))
            #expect(!body.contains("iVBOR"))
        }
    }

    @Test func `a dropped synchronous call is billed unless the switch says otherwise`() async throws {
        for billed in [true, false] {
            var options = SimulatorOptions()
            options.switches.billsDroppedSyncCalls = billed
            try await Simulator(options: options).withRunning { simulator in
                let client = APIClient(simulator)
                let call = Task { try await client.post(Path.multimodal, messages("qwen-image", "x")) }
                while simulator.tasks().isEmpty { await Task.yield() }
                call.cancel()
                _ = await call.result
                if !billed {
                    while simulator.tasks().first?.status != "CANCELED" { await Task.yield() }
                }
                simulator.advance(seconds: 60)
                #expect(simulator.paid().first?.images == (billed ? 1 : 0))
            }
        }
    }

    @Test func `figures without measure do not bring the simulator down`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let file = try await client.post(
                Path.multimodal, messages("qwen-image-2.0", "x", parameters: #"{"size":"512*512"}"#))
            let url = try #require(file.text("output.choices.0.message.content.0.image"))
            let whole = try await APIClient(simulator, key: nil).send(
                "GET", url, headers: ["Range": "bytes=0-9223372036854775807"])
            #expect(whole.status == 206)
            let ancient = url.components(separatedBy: "?")[0]
            let expired = try await APIClient(simulator, key: nil).send(
                "GET", ancient + "?Expires=-9223372036854775808&OSSAccessKeyId=LTAI5tSimulatedKeyId0001&Signature=x")
            #expect(expired.status == 403)
            for action in [#"{"type":"truncate","amount":-1e300}"#, #"{"type":"status","status":99999}"#] {
                _ = try await client.admin(
                    "POST", "faults", #"{"match":{"kind":"list","count":1},"action":\#(action)}"#)
                _ = try? await client.get("/tasks")
            }
            _ = try await client.admin("POST", "foreign-tasks", #"{"model":"wan2.6-t2i","ageSeconds":1e300}"#)
            #expect(try await client.admin("POST", "advance", #"{"seconds":1e12}"#).status == 204)
            #expect(
                try await client.get("/tasks?page_no=9223372036854775807&page_size=9223372036854775807").status == 200)
            #expect(try await client.get("/tasks?start_time=99999999999999").status == 400)
        }
    }
}
