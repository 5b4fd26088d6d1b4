@testable import RenderCore

enum JobFuzz {
    private static let configuration = Configuration(root: "/srv/render")

    static func check(_ bytes: [UInt8]) throws(Broken) {
        let (reading, outcome) = try Planning.plan(bytes, configuration, Planning.catalogue)
        try Shown.check(outcome.diagnostics, text: reading.text)
    }
}
