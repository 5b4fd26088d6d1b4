import Foundation
import ProviderSupport
import RenderEngine

@testable import DashScope
@testable import RenderCore

enum NamesFuzz {
    static func check(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        try checkNaming(text)
        try checkReference(text)
        try checkLinks(text)
        try checkJournal(bytes)

        let key = KeyGuard.masked(text)
        try require(!KeyGuard.looksLikeKey(key), "a key is masked: \(text.debugDescription)")
        let shown = ProviderText.safe(text, key: try APIKey(Shown.key))
        try Shown.check(shown, "a provider's text")
        let list = IgnoreList(globs: [text])
        if let copy = ConflictCopy(name: text) {
            try require(!copy.original.isEmpty && copy.original != text, "a copy has an original of another name")
        }
        let entry = InboxEntry(path: text, kind: .file, bytes: 1, modifiedAt: Date(), inode: 1, device: 1)
        _ = list.ignores(path: entry.path)
        try require(!entry.name.utf8.contains(UInt8(ascii: "/")), "a name is the last part: \(text.debugDescription)")
        if text.utf8.count <= 100 { try checkWords(text) }
    }

    /// What is read out of one word or a line.
    private static func checkWords(_ text: String) throws {
        if let id = JobID(text) { try require(JobID(id.text) == id, "\(id) reads as it was written") }
        if let date = Timestamp.date(text) {
            try require(Timestamp.date(Timestamp.text(date)) != nil, "\(text) reads as it was written")
        }
        if let seconds = ErrorMapping.retryAfterSeconds(text, now: Date(timeIntervalSince1970: 1_795_000_000)) {
            try require((0...86400).contains(seconds), "to wait \(seconds) s is within a day")
        }
        if let money = Money(decimal: text, currency: "CNY") {
            try require(money.micros >= 0 && !money.description.isEmpty, "\(text) is \(money.micros)")
            _ = money * 4
        }
        for model in Planning.catalogue.models.prefix(2) {
            guard let size = try? SizeResolution(model).resolve(text) else { continue }  // refused in words
            try require(!size.wire.isEmpty, "a size has a spelling")
        }
    }

    /// What every file name must be that renderdrop makes.
    static func checkName(_ name: String) throws(Broken) {
        let bytes = Array(name.utf8)
        try require(!bytes.isEmpty && bytes.count <= 255, "a name of \(bytes.count) bytes: \(name.debugDescription)")
        try require(!bytes.contains(UInt8(ascii: "/")) && !bytes.contains(0), "a name is one: \(name.debugDescription)")
        try require(bytes[0] != UInt8(ascii: "."), "a name is not hidden: \(name.debugDescription)")
    }

    private static func checkNaming(_ text: String) throws(Broken) {
        for bytesMax in [OutputNaming.bytesMax, 20] {
            let safe = OutputNaming.safe(text, bytesMax: bytesMax)
            try checkName(safe)
            try require(safe.utf8.count <= bytesMax, "\(safe.utf8.count) bytes are at most \(bytesMax)")
            let again = OutputNaming.safe(safe, bytesMax: bytesMax)
            try require(
                again.utf8.elementsEqual(safe.utf8),
                "a safe name stays: \(safe.debugDescription), \(again.debugDescription)")
        }
        let form = text.foldedName
        for spelling in [form, text.decomposedStringWithCanonicalMapping] {
            try require(
                spelling.foldedName.utf8.elementsEqual(form.utf8), "one form of \(text.debugDescription): \(spelling)")
        }
        let job = OutputNaming.jobName(fromFile: text)
        try checkName(job)
        for isFolder in [false, true] {
            try checkName(OutputNaming.numbered(job, 12345, isFolder: isFolder))
            try checkName(OutputNaming.unique(job, isFolder: isFolder) { $0.foldedName == job.foldedName })
        }
        let values = ["job": job, "index": "1", "render": "001", "seed": text, "model": text, "date": "2026-11-21"]
        try checkName(OutputNaming.fileName(template: text, values: values, fileExtension: "png"))
        let temporary = OwnFiles.temporary(for: job)
        try require(
            OwnFiles.isTemporary(temporary) && temporary.utf8.count <= 255, "ours: \(temporary.debugDescription)")
        try require(OwnFiles.isOwn(temporary), "no job: \(temporary.debugDescription)")

        // Taken apart and put together again it is the same text.
        let template = Marked(text, at: .start)
        let pieces = OutputNameTemplate.pieces(of: text).map { piece in
            switch piece {
            case .text(let plain): plain
            case .placeholder(let word, _): "{\(word)}"
            }
        }
        try require(pieces.joined().utf8.elementsEqual(text.utf8), "pieces are the whole: \(pieces)")
        for problem in OutputNameTemplate.problems(in: template) {
            try Shown.check(problem.rendered(file: "watch.yaml", text: text), "a template's problem")
        }
    }

    private static func checkReference(_ text: String) throws {
        switch ReferencePolicy.judge(text) {
        case .file(let path):
            try Planning.staysInside(path)
            // `./` says that it is a file, whatever else it looks like: a drive, a link, a home.
            try require(
                ReferencePolicy.judge("./" + path) == .file(path), "what is allowed stays: \(path.debugDescription)")
        case .url(let url):
            let host = url.split(separator: "/").dropFirst().first?.prefix { $0 != "?" && $0 != "#" } ?? ""
            try require(!host.isEmpty && !host.contains("@"), "a link has a host and no user: \(url.debugDescription)")
        case .refused(let why): try Shown.check(why.what + why.next, "a refusal")
        }
        let near = NearFiles([text, "a/" + text, "lamp.jpg"])
        try require(near.near(text).count <= 3 && near.near("lamp").contains("lamp.jpg"), "names are suggested")
        _ = NearFile.advice(for: text, near: near.near(text, below: "a"))
        _ = ReferencePolicy.match(text, among: [text.uppercased(), text.lowercased(), text])
    }

    private static func checkLinks(_ text: String) throws {
        for link in [text, "https://" + text, "https://a.example/b.png?" + text] {
            guard let doubt = LinkDoubt(link, now: Date(timeIntervalSince1970: 1_795_000_000)) else { continue }
            let message = doubt.message
            try require(!message.next.isEmpty && !message.what.contains("?"), "a doubt says what to do: \(doubt)")
            try Shown.check(Diagnostic(message, at: .start).message, "a doubt")
        }
        let shown = Redaction.link(text)
        try require(
            !shown.utf8.contains { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") },
            "a link loses its signature: \(shown.debugDescription)")
        _ = Redaction.value(.array([.string(text), .object([text: .string("data:" + text)])]))
        if let address = WebAddress(text) {
            try require(WebAddress(address.text) == address, "\(address.text) reads as it was written")
        }
        // A base URL that cannot be used is refused in words.
        if let endpoint = try? Endpoint(region: "beijing", baseURL: text) {
            try require(endpoint.root.hasSuffix("/api/v1"), "\(endpoint.root) is an API's root")
        }
    }

    private static func checkJournal(_ bytes: [UInt8]) throws {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            try? JSONDecoder().decode(JSONValue.self, from: Data(line))  // a torn line is left out
        }
        for (render, standing) in JournalReplay(JobID(at: .distantPast, randomness: []), lines).standings {
            // The next attempt gets the next number.
            try require(
                (0...1_000_000).contains(standing.attempts),
                "render \(render) can be tried after \(standing.attempts) attempts")
        }
    }
}
