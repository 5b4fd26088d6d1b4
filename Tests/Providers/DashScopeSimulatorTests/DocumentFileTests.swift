import DashScopeSimulator
import Foundation
import Testing

@Suite struct DocumentFileTests {
    /// A PDF as far as the simulator looks at it.
    private static func pdf(pages: Int) -> Data {
        Data("%PDF-1.4\n\(String(repeating: "<</Type /Page>>\n", count: pages))<</Type /Pages>>\n%%EOF\n".utf8)
    }

    private static let table = Data([0xD0, 0xCF, 0x11, 0xE0] + [UInt8](repeating: 7, count: 2000))
    private static let archive = Data([0x50, 0x4B, 3, 4] + [UInt8](repeating: 7, count: 90) + [0x50, 0x4B, 5, 6])

    @Test(
        arguments: [
            ("a.pdf", pdf(pages: 50), nil), ("a.pdf", pdf(pages: 51), "InvalidFile.Value"),
            ("a.pdf", pdf(pages: 3).dropLast(20), "InvalidFile.Format"), ("a.docx", archive, nil),
            ("a.docx", archive.dropLast(30), "InvalidFile.Format"), ("a.ppt", table, nil),
            ("a.ppt", archive, "InvalidFile.Format"), ("a.md", Data("# A".utf8), nil), ("a.txt", Data("A".utf8), nil),
            ("a.txt", Data([0, 1, 2]), "InvalidFile.Format"), ("a.csv", Data("A".utf8), "InvalidFile.Format"),
            ("a.bin", Data("A".utf8), "InvalidFile.Format"),
        ] as [(String, Data, String?)])
    func `a document must be what the ending of its name says`(name: String, file: Data, code: String?) async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let link = try await client.uploaded(file, named: name, for: "wan3.0-video")
            let input = #""prompt":"x","media":[{"type":"file","url":"\#(link)"}]"#
            let reply = try await client.submit(Path.video, body("wan3.0-video", input), headers: APIClient.resolving)
            #expect(reply.text("code") == code, "\(reply.string)")
        }
    }

    @Test func `a link leads to a page on the web, and not to an upload`() async throws {
        try await simulating { simulator in
            let client = APIClient(simulator)
            let link = try await client.uploaded(Data("A".utf8), named: "a.txt", for: "wan3.0-video")
            for (url, status) in [(link, 400), ("https://example.com/story", 200)] {
                let input = #""prompt":"x","media":[{"type":"link","url":"\#(url)"}]"#
                let reply = try await client.submit(
                    Path.video, body("wan3.0-video", input), headers: APIClient.resolving)
                #expect(reply.status == status, "\(reply.string)")
            }
        }
    }
}
