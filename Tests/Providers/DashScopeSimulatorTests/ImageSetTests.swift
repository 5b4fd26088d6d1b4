import DashScopeSimulator
import Foundation
import Testing

/// Image sets, and articles of words and pictures, as a whole and as a stream.
@Suite struct ImageSetTests {
    private static let streaming = ["X-DashScope-SSE": "enable"]
    private static let article = #"{"enable_interleave":true,"stream":true,"max_images":2,"size":"768*768"}"#

    @Test(arguments: [(0, 12), (3, 9)])
    func `a set is one choice with many pictures, at most as many as asked for`(shortfall: Int, pictures: Int)
        async throws
    {
        try await simulating {
            $0.switches.setShortfall = shortfall
        } _: { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("wan2.7-image", "four seasons", parameters: #"{"enable_sequential":true}"#))
            #expect(reply.count("output.choices") == 1)
            #expect(reply.count("output.choices.0.message.content") == pictures)
            #expect(reply.number("usage.image_count") == pictures)
            #expect(simulator.paid().first?.images == pictures)
        }
    }

    @Test(arguments: [
        (#"{"enable_sequential":true,"n":13}"#, "Range of n should be [1, 12]"),
        (#"{"bbox_list":[[[1,2,3,4]],[]]}"#, "bbox_list should have one list for each input image"),
        (#"{"bbox_list":[[[1,2,3]]]}"#, "bbox_list should have at most 2 boxes of 4 integers for each image"),
        (##"{"color_palette":[{"hex":"#C2D1E6","ratio":"100.00%"}]}"##, "color_palette should have 3 to 10 colors"),
        (
            ##"{"color_palette":[{"hex":"#C2D1E6","ratio":"50%"},{"hex":"#636574","ratio":"20%"},{"hex":"#CBD4E4","ratio":"20%"}]}"##,
            "color_palette should have hex and ratio, and the ratios should sum to 100%"
        ),
    ])
    func `parameters of wan 2_7 are looked at`(parameters: String, message: String) async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("wan2.7-image", "x", images: [pngURI(800, 600)], parameters: parameters))
            #expect(reply.status == 400)
            #expect(reply.text("message") == message)
        }
    }

    @Test func `boxes and a palette that fit are taken`() async throws {
        try await simulating { simulator in
            let palette =
                ##"[{"hex":"#C2D1E6","ratio":"50.00%"},{"hex":"#636574","ratio":"25.00%"},{"hex":"#CBD4E4","ratio":"25.00%"}]"##
            let reply = try await APIClient(simulator).post(
                Path.multimodal,
                messages(
                    "wan2.7-image", "x", images: [pngURI(800, 600)],
                    parameters: #"{"n":1,"bbox_list":[[[1,2,30,40],[5,6,70,80]]],"color_palette":\#(palette)}"#))
            #expect(reply.status == 200)
        }
    }

    @Test func `an article in the background is one choice of words and pictures in turn`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let id = try await client.accepted(
                Path.imageGeneration,
                messages(
                    "wan2.6-image", "latte art", parameters: #"{"enable_interleave":true,"max_images":3,"n":1}"#))
            simulator.advance(seconds: 100)
            #expect(try await client.get("/tasks/\(id)").text("output.task_status") == "RUNNING")
            simulator.advance(seconds: 200)
            let done = try await client.get("/tasks/\(id)")
            #expect(done.count("output.choices") == 1)
            let types = (0..<7).map { done.text("output.choices.0.message.content.\($0).type") }
            #expect(types == ["text", "image", "text", "image", "text", "image", "text"])
            #expect(done.count("output.choices.0.message.content") == 7)
            #expect(done.number("usage.image_count") == 3)
            #expect(done.text("usage.size") == "1280*1280")
            #expect(simulator.paid().first?.cny == 0.6)
        }
    }

    private struct Event {
        var name: String
        var comment: String?
        var data: APIClient.Reply
    }

    /// The events of a stream, checked for the layout that the official client reads.
    private func events(_ reply: APIClient.Reply) throws -> [Event] {
        try reply.string.components(separatedBy: "\n\n").filter { !$0.isEmpty }.enumerated().map { index, block in
            let lines = block.components(separatedBy: "\n")
            try #require(lines.count == 4)
            #expect(lines[0] == "id:\(index + 1)")
            #expect(lines[1].hasPrefix("event:"))
            #expect(lines[3].hasPrefix("data:"))
            return Event(
                name: String(lines[1].dropFirst("event:".count)), comment: lines[2],
                data: APIClient.Reply(
                    status: 0, headers: [:], body: Data(lines[3].dropFirst("data:".count).utf8)))
        }
    }

    @Test func `an article at once is a stream of events that ends with stop`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let reply = try await client.post(
                Path.multimodal, messages("wan2.6-image", "latte art", parameters: Self.article),
                headers: Self.streaming)
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            let events = try events(reply)
            #expect(events.count > 4)
            #expect(events.allSatisfy { $0.name == "result" && $0.comment == ":HTTP_STATUS/200" })
            #expect(Set(events.map { $0.data.text("request_id") }).count == 1)
            let content = "output.choices.0.message.content.0"
            let pictures = events.compactMap { $0.data.text(content + ".image") }
            #expect(pictures.count == 2)
            let words = events.compactMap { $0.data.text(content + ".text") }.joined()
            #expect(words == "Picture 1 of 2. latte art\nPicture 2 of 2. latte art\nThat is all.\n")
            for event in events.dropLast() {
                #expect(event.data.text("output.choices.0.finish_reason") == "null")
                #expect(event.data.has("output.finished"))
                #expect(!event.data.isTrue("output.finished"))
            }
            #expect(events.first?.data.number("usage.image_count") == 0)
            #expect(events.first?.data.text("usage.size") == "0*0")
            let last = try #require(events.last).data
            #expect(last.text("output.choices.0.finish_reason") == "stop")
            #expect(last.isTrue("output.finished"))
            #expect(last.number("usage.image_count") == 2)
            #expect(last.text("usage.size") == "768*768")
            #expect(simulator.paid().first?.images == 2)
            #expect(simulator.paid().first?.cny == 0.4)
            for url in pictures {
                let file = try await APIClient(simulator, key: nil).send("GET", url)
                #expect(try PNGCheck(file.body).size == [768, 768])
            }
        }
    }

    @Test func `a stream that fails is one event of an error, and costs nothing`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.submit), .taskFails(code: "DataInspectionFailed", message: "no"))
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("wan2.6-image", "x", parameters: Self.article), headers: Self.streaming)
            let events = try events(reply)
            #expect(events.count == 1)
            #expect(events.first?.name == "error")
            #expect(events.first?.comment == ":HTTP_STATUS/500")
            #expect(events.first?.data.text("code") == "DataInspectionFailed")
            #expect(simulator.paid().first?.images == 0)
        }
    }

    @Test func `a stream can break off in the middle`() async throws {
        try await simulating { simulator in
            simulator.addFault(FaultMatch(.submit), .truncate(at: 400))
            await #expect(throws: (any Error).self) {
                try await APIClient(simulator).post(
                    Path.multimodal, messages("wan2.6-image", "x", parameters: Self.article), headers: Self.streaming)
            }
            #expect(simulator.paid().first?.images == 2)
        }
    }

    @Test(arguments: [
        (
            "wan2.6-image", #"{"enable_interleave":true,"stream":true}"#, false,
            "x-dashscope-sse and stream parameter mismatch"
        ),
        (
            "wan2.6-image", #"{"enable_interleave":true,"stream":false}"#, true,
            "x-dashscope-sse and stream parameter mismatch"
        ),
        ("wan2.6-image", #"{"enable_interleave":true}"#, false, "enable_interleave only supports streaming calls"),
        ("wan2.6-image", #"{"enable_interleave":true,"stream":true,"max_images":6}"#, true, "Range of max_images"),
        ("wan2.6-image", #"{"enable_interleave":true,"stream":true,"n":2}"#, true, "Range of n should be [1, 1]"),
        (
            "wan2.6-image", #"{"enable_interleave":true,"stream":true,"size":"2048*2048"}"#, true,
            "The size is not match"
        ),
        ("wan2.7-image", #"{"stream":true}"#, true, "stream is not supported without input images."),
    ])
    func `a stream that cannot be is refused`(model: String, parameters: String, sse: Bool, message: String)
        async throws
    {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages(model, "x", parameters: parameters), headers: sse ? Self.streaming : [:])
            #expect(reply.status == 400)
            #expect(reply.text("code") == "InvalidParameter")
            #expect(reply.text("message")?.hasPrefix(message) == true)
        }
    }

    @Test(arguments: [SimulatorSwitches.Reaction.accept, .refuse])
    func `the header alone makes a stream, as the official SDK asks for one, unless it is refused`(
        reaction: SimulatorSwitches.Reaction
    ) async throws {
        let change: (inout SimulatorOptions) -> Void = { $0.switches.sseHeaderAlone = reaction }
        try await simulating(change) { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal, messages("wan2.6-image", "x", parameters: #"{"enable_interleave":true}"#),
                headers: Self.streaming)
            #expect(reply.status == (reaction == .accept ? 200 : 400))
        }
    }

    @Test func `an edit of wan 2_7 can be streamed, a picture an event`() async throws {
        try await simulating { simulator in
            let reply = try await APIClient(simulator).post(
                Path.multimodal,
                messages("wan2.7-image", "x", images: [pngURI(800, 600)], parameters: #"{"n":2,"stream":true}"#),
                headers: Self.streaming)
            let events = try events(reply)
            #expect(events.count == 2)
            #expect(events.last?.data.isTrue("output.finished") == true)
            #expect(simulator.paid().first?.images == 2)
        }
    }
}
