import Foundation
import RenderCore
import Testing

@testable import DashScope

/// Which files travel within the body, and which are uploaded first.
@Suite struct PlacingTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func bench(_ uploads: Int) throws -> Bench {
        try Bench(
            [.answer(200, UploadTests.policy())]
                + Array(repeating: ScriptedTransport.Reply.answer(200, ""), count: uploads))
    }

    private func file(
        _ name: String, mediaType: String? = nil, within: Bool? = nil, role: String? = nil,
        place: BodyPlace? = nil
    ) throws -> PlannedReference {
        try folder.write(name, Array(name.utf8))
        return PlannedReference(
            name: name, source: .file(name: name), role: role,
            wire: ReferenceBody(place: place, mayTravelWithin: within).wire, sha256: name,
            bytes: name.utf8.count, mediaType: mediaType)
    }

    @Test(
        arguments: [
            ("a.png", "image/png", nil, nil), ("a.png", "image/png", true, nil), ("a.jpeg", nil, nil, nil),
            ("a.png", "image/png", false, "png"), ("a.jpg", nil, false, "jpg"), ("a.heic", nil, false, "heic"),
            ("a.mp4", "video/mp4", nil, "mp4"), ("a.mp4", "video/mp4", true, "mp4"), ("a.MP4", nil, nil, "mp4"),
            ("a.mov", "video/quicktime", nil, "mov"), ("a.mov", nil, nil, "mov"),
            ("a.avi", "video/x-msvideo", nil, "avi"), ("a.avi", nil, nil, "avi"), ("a.wav", "audio/wav", nil, "wav"),
            ("a.wav", "audio/vnd.wave", nil, "wav"), ("a.wav", nil, nil, "wav"), ("a.mp3", "audio/mpeg", nil, "mp3"),
            ("a.mp3", nil, nil, "mp3"), ("a.xyz", nil, nil, "bin"), ("a.xyz", "bad type\r\nX: y", nil, "bin"),
        ] as [(String, String?, Bool?, String?)])
    func `small pictures travel within the body, everything else by an upload`(
        name: String, mediaType: String?, within: Bool?, fileExtension: String?
    ) async throws {
        let bench = try bench(1)
        let plan = RenderPlan.film("m", .film, "", [try file(name, mediaType: mediaType, within: within)])
        let request = try await bench.service.prepare(plan, references: folder.path)
        let url = try #require(value(request.body)?["input"]?["img_url"]?.string)
        guard let fileExtension else {
            #expect(url.hasPrefix("data:image/") && bench.transport.sent.isEmpty)
            #expect(request.headers["X-DashScope-OssResourceResolve"] == nil)
            return
        }
        #expect(url == "oss://dashscope-instant/0f/2026-11-21/5e/unique1.\(fileExtension)")
        #expect(request.headers["X-DashScope-OssResourceResolve"] == "enable")
        #expect(!bench.transport.sent[1].text.contains("X: y"))
        #expect(request.shown["input"]?["img_url"] == ["file": .string(name), "sha256": .string(name)])
    }

    @Test func `a first frame within the body is the one of the reference`() async throws {
        let plan = RenderPlan.film(
            "wan2.6-i2v-flash", .film, "The fox opens its eyes",
            [try file("fox.jpg", mediaType: "image/jpeg", role: "first_frame")])
        let request = try await Bench().service.prepare(plan, references: folder.path)
        let data = "data:image/jpeg;base64," + Data("fox.jpg".utf8).base64EncodedString()
        #expect(value(request.body)?["input"] == ["prompt": "The fox opens its eyes", "img_url": .string(data)])
    }

    @Test func `a voice is uploaded and stands in its picture's item`() async throws {
        let bench = try bench(2)
        let plan = RenderPlan.film(
            "wan2.7-r2v", .filmMedia, "hello",
            [
                try file("her.png", mediaType: "image/png", role: "reference_image"),
                try file("dog.mp4", mediaType: "video/mp4", role: "reference_video"),
                try file("her.mp3", role: "voice", place: .within(0, key: "reference_voice")),
            ])
        let request = try await bench.service.prepare(plan, references: folder.path)
        let media = value(request.body)?["input"]?["media"]
        #expect(media?[0]?["url"]?.string?.hasPrefix("data:image/png;base64,") == true)
        #expect(media?[0]?["reference_voice"]?.string?.hasSuffix(".mp3") == true)
        #expect(media?[1]?["url"]?.string?.hasSuffix(".mp4") == true)
        #expect(media?.array?.count == 2)
        #expect(bench.transport.sent.map(\.method) == ["GET", "POST", "POST"])
    }

    @Test func `an upload has time for its bytes, and is never in memory`() async throws {
        let length = 10 << 20
        try folder.write("long.mp4", [UInt8](repeating: 7, count: length))
        let bench = try bench(1)
        let plan = RenderPlan.film(
            "m", .film, "",
            [
                PlannedReference(
                    name: "long.mp4", source: .file(name: "long.mp4"), sha256: "abc", bytes: length,
                    mediaType: "video/mp4")
            ])
        _ = try await bench.service.prepare(plan, references: folder.path)
        let sent = bench.transport.sent[1]
        // A minute, and 160 s for 10 MiB at 64 KiB/s.
        let total = try #require(sent.limits.total)
        #expect(total >= .seconds(220) && total < .seconds(221))
        #expect(sent.pieces.contains(.file(path: folder.path + "/long.mp4", length: length, sha256: "abc")))
    }
}
