import DashScopeSimulator
import Foundation
import Glibc
import RenderCore
import RenderTestSupport
import Testing

/// A workspace with things beside it that nothing may reach, and the cases that are dropped into it.
struct HostileYard: Sendable {
    let place: Workplace
    let section: HostileCorpus.Section
    /// In every byte that lies outside, and nowhere else.
    private let mark = "outside-" + UUID().uuidString
    private let expression: HostileExpression
    private let outside: [String: [UInt8]]

    init(_ place: Workplace, _ section: HostileCorpus.Section) throws {
        self.place = place
        self.section = section
        expression = HostileExpression(
            folder: HostileCorpus.folder.appending(path: section.name), outside: place.folder.path)
        let picture = try sample("samples/photos/cat.jpg") + Array(mark.utf8)
        let job = Array("prompt: \(mark)\nmodel: qwen-image-2.0\n".utf8)
        outside = [
            "outside.jpg": picture, "secret.yaml": job, "studio/outside.jpg": picture,
            "studio/inbox/outside.jpg": picture,
        ]
        for (name, bytes) in outside { try place.folder.write(name, bytes) }
    }

    // MARK: One case

    /// Drops it, sees what becomes of it, and then drops a good job beside it, which has to render.
    func run(_ one: HostileCase) async throws {
        let inbox = Array(place("inbox/" + one.folder).utf8)
        try HostileThing.folder.make(at: inbox)
        for drop in one.assets { try put(drop, below: Array(place("assets").utf8)) }
        for drop in one.beside { try put(drop, below: inbox) }
        try put(one.drop, below: inbox)
        try await eventually("line \(one.line): \(one.drop.name) \(one.outcome)") { try isDone(one) }
        try check(one)
        try put(HostileCase.Drop(name: "good.yaml", what: "good"), below: inbox)
        try await eventually("line \(one.line): the good job after \(one.drop.name)") {
            place.has("outbox/\(one.folder)/good/good.json")
                && (!one.hasVictim || place.has("outbox/\(one.folder)/victim/victim.json"))
        }
        leave(inbox)
    }

    /// An empty folder that stays would only be looked at for nothing, again and again.
    private func leave(_ folder: [UInt8]) { _ = withPath(folder) { rmdir($0) } }

    private func put(_ drop: HostileCase.Drop, below folder: [UInt8]) throws {
        let path = folder + [UInt8(ascii: "/")] + (try expression.name(drop.name))
        for (at, byte) in path.enumerated() where byte == UInt8(ascii: "/") && at > folder.count {
            _ = withPath(Array(path[..<at])) { mkdir($0, 0o755) }
        }
        let thing = try expression.thing(drop.what, file: drop.name)
        switch thing {
        case .bytes, .sparse:
            let elsewhere = Array(place.folder("elsewhere-" + UUID().uuidString).utf8)
            try thing.make(at: elsewhere)
            guard withPath(elsewhere, { from in withPath(path) { rename(from, $0) } }) == 0 else {
                throw Late(description: "\(drop.name): rename: \(errno)")
            }
        case .link, .fifo, .socket, .device, .folder: try thing.make(at: path)
        }
    }

    private func isDone(_ one: HostileCase) throws -> Bool {
        switch one.outcome {
        case .fails, .refused: errorTexts(one).count == 1
        case .waits:
            texts(below: "inbox/" + one.folder, named: OwnFiles.waiting)
                .contains { text in one.says.allSatisfy(text.contains) }
        case .ignored: true
        case .renders: sidecar(one) != nil
        }
    }

    private func check(_ one: HostileCase) throws {
        switch one.outcome {
        case .fails, .refused:
            let text = errorTexts(one).first ?? ""
            #expect(!one.says.isEmpty, "line \(one.line) has no words; it says:\n\(text)")
            for part in one.says { #expect(text.contains(part), "line \(one.line): “\(part)” is not in:\n\(text)") }
            let isUnsent = text.contains("cannot be rendered. Nothing was sent and nothing was paid.")
            #expect(isUnsent == (one.outcome == .fails), "line \(one.line):\n\(text)")
            #expect(text.split(separator: "\n").count < 1000, "line \(one.line): nobody reads so much")
        case .waits, .ignored: break
        case .renders:
            guard let (folder, sidecar) = sidecar(one), let start = one.says.first else {
                Issue.record("line \(one.line) has no words, or rendered nothing")
                return
            }
            #expect(folder.utf8.starts(with: start.utf8), "line \(one.line): \(folder)")
            #expect(folder.utf8.count <= OutputNaming.bytesMax && folder == OutputNaming.safe(folder))
            for part in one.says.dropFirst() {
                #expect(sidecar.contains(part), "line \(one.line): “\(part)” is not in:\n\(sidecar)")
            }
        }
    }

    private func errorTexts(_ one: HostileCase) -> [String] {
        texts(below: "failed/" + one.folder, named: OwnFiles.error)
    }

    /// The sidecar of the case, and the name of the folder that it lies in.
    private func sidecar(_ one: HostileCase) -> (folder: String, text: String)? {
        for path in HostileWalk.files(below: place("outbox/" + one.folder)) {
            let names = String(decoding: path, as: UTF8.self).split(separator: "/").map(String.init)
            guard let file = names.last, file.hasSuffix(".json"), !file.hasPrefix("."), names.count > 1 else {
                continue
            }
            let folder = names[names.count - 2]
            guard folder != "good", folder != "victim" else { continue }
            return (folder, String(decoding: HostileThing.read(path) ?? [], as: UTF8.self))
        }
        return nil
    }

    private func texts(below folder: String, named name: String) -> [String] {
        let ending = Array(("/" + name).utf8)
        return HostileWalk.files(below: place(folder)).filter { $0.suffix(ending.count).elementsEqual(ending) }
            .compactMap { HostileThing.read($0).map { String(decoding: $0, as: UTF8.self) } }
    }

    // MARK: The whole section

    /// What must hold when all cases are through and the watcher has ended.
    func checkAll(said: String) throws {
        for one in section.cases { try checkKept(one) }
        checkOutside(said: said)
        #expect(HostileWalk.files(below: place("working")).allSatisfy { isHidden($0) }, "nothing is left at work")
        let spoken = [OwnFiles.waiting, OwnFiles.error, OwnFiles.status, OwnFiles.workspaceStatus]
            .flatMap { texts(below: "", named: $0) }
        for text in spoken + [said] {
            let hidden = text.unicodeScalars.first { $0 != "\n" && ShownText.isHidden($0) }
            #expect(hidden == nil, "U+\(String(hidden?.value ?? 0, radix: 16)) stands raw in:\n\(text)")
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/owned"), "something was run")
    }

    /// Every byte that was dropped is still there: where it was, or with its job.
    private func checkKept(_ one: HostileCase) throws {
        let inbox = Array(place("inbox/" + one.folder + "/").utf8)
        let thing = try expression.thing(one.drop.what, file: one.drop.name)
        switch one.outcome {
        case .waits, .ignored:
            #expect(thing.stands(at: inbox + (try expression.name(one.drop.name))), "line \(one.line) left the inbox")
        case .fails, .refused, .renders:
            for drop in [one.drop] + one.beside where drop.name != OwnFiles.job {
                guard case .bytes(let bytes) = try expression.thing(drop.what, file: drop.name) else { continue }
                let places = ["failed/", "archive/", "inbox/"].flatMap {
                    HostileWalk.files(below: place($0 + one.folder))
                }
                #expect(places.contains { HostileThing.read($0) == bytes }, "line \(one.line): \(drop.name) is lost")
            }
        }
    }

    private func checkOutside(said: String) {
        for (name, bytes) in outside {
            #expect(HostileThing.bytes(bytes).stands(at: Array(place.folder(name).utf8)), "\(name) was touched")
        }
        let own = Set(outside.keys.map { Array(place.folder($0).utf8) })
        for path in HostileWalk.files(below: place.folder.path) where !own.contains(path) {
            guard let bytes = HostileThing.read(path), bytes.count < 16 << 20 else { continue }
            #expect(
                !SecretSearch.contains(Data(bytes), Array(mark.utf8)),
                "\(String(decoding: path, as: UTF8.self)) holds what lies outside")
        }
        #expect(!said.contains(mark))
    }

    private func isHidden(_ path: [UInt8]) -> Bool {
        path.split(separator: UInt8(ascii: "/")).last?.first == UInt8(ascii: ".")
    }

    /// Takes away what the checks of every workplace could not read in one piece.
    func clear() {
        for path in HostileWalk.files(below: place.folder.path) {
            var facts = stat()
            let isText = String(validating: path, as: UTF8.self) != nil
            if withPath(path, { lstat($0, &facts) }) == 0, facts.st_size > 8 << 20 || !isText {
                _ = withPath(path) { unlink($0) }
            }
        }
        for one in section.cases where one.drop.name.hasPrefix("hex ") {
            // A folder whose name is no text has none but its own removal.
            guard let name = try? expression.name(one.drop.name), let slash = name.firstIndex(of: UInt8(ascii: "/"))
            else {
                continue
            }
            _ = withPath(Array(place("inbox/" + one.folder + "/").utf8) + name[..<slash]) { rmdir($0) }
        }
    }
}

/// All files below a folder, whatever their names are made of.
enum HostileWalk {
    static func files(below folder: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        walk(Array(folder.utf8), &found)
        return found
    }

    private static func walk(_ folder: [UInt8], _ found: inout [[UInt8]]) {
        guard let stream = withPath(folder, { opendir($0) }) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard name != Array(".".utf8), name != Array("..".utf8) else { continue }
            let path = folder + [UInt8(ascii: "/")] + name
            var facts = stat()
            guard withPath(path, { lstat($0, &facts) }) == 0 else { continue }
            if facts.st_mode & S_IFMT == S_IFDIR {
                walk(path, &found)
            } else if facts.st_mode & S_IFMT == S_IFREG {
                found.append(path)
            }
        }
    }
}
