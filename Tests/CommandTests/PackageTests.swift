import Foundation
import RenderTestSupport
import Testing

/// What `make install` and `make dist` are made of, and the units that run it.
@Suite(.timeLimit(.minutes(15))) struct PackageTests {
    private func run(_ place: TemporaryDirectory, _ words: [String]) async throws -> Child.Ended {
        var environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": place.path]
        environment["LANG"] = "C.UTF-8"
        environment["SOURCE_DATE_EPOCH"] = "1764460800"
        environment["PACK_LEVEL"] = "1"
        // Where a user's systemd would have its sockets.
        environment["XDG_RUNTIME_DIR"] = place.path
        return try await Child(
            "/usr/bin/env", words, environment: environment, folder: place.path,
            log: place("log-\(UUID().uuidString.prefix(4))")
        ).ended(within: .seconds(300))
    }

    private static let scripts = repository.appending(path: "scripts").path
    private static let isClone = FileManager.default.fileExists(atPath: scripts + "/stage")

    @Test(.enabled(if: isClone, "needs scripts/stage"))
    func `the archive is the same each time, and has everything in its place`() async throws {
        let place = try TemporaryDirectory("renderdrop-package")
        var sums: [String] = []
        for name in ["first", "second"] {
            let staged = try await run(place, [Self.scripts + "/stage", Child.renderdrop, name])
            try #require(staged.code == 0, "\(staged.error)")
            let packed = try await run(place, [Self.scripts + "/pack", name, name + "-dist"])
            try #require(packed.code == 0, "\(packed.error)")
            let archive = URL(fileURLWithPath: String(packed.out.dropLast()))
            #expect(archive.lastPathComponent.hasSuffix(".tar.gz"))
            let sum = try String(contentsOfFile: archive.path + ".sha256", encoding: .utf8)
            #expect(sum.hasSuffix("  \(archive.lastPathComponent)\n"))
            sums.append(sum)
            guard name == "first" else { continue }
            let unpacked = try await run(
                place, ["bash", "-c", "mkdir usr && tar -xzf \(archive.path) -C usr --strip-components=1"])
            try #require(unpacked.code == 0, "\(unpacked.error)")
        }
        #expect(sums.count == 2 && sums.first == sums.last)
        for path in [
            "share/man/man1/renderdrop.1", "share/bash-completion/completions/renderdrop",
            "share/zsh/site-functions/_renderdrop", "share/fish/vendor_completions.d/renderdrop.fish",
            "share/doc/renderdrop/README.md", "share/doc/renderdrop/LICENSE", "share/doc/renderdrop/CHANGELOG.md",
            "share/doc/renderdrop/docs/service.md", "share/doc/renderdrop/samples/orange-cat.yaml",
            "share/doc/renderdrop/samples/photos/cat.jpg",
            "share/doc/renderdrop/samples/systemd/renderdrop.service",
            "share/doc/renderdrop/licenses/GRDB.swift-LICENSE",
        ] {
            let size = (try? FileManager.default.attributesOfItem(atPath: place("usr/" + path)))?[.size] as? Int ?? 0
            #expect(size > 100, "\(path)")
        }
        let version = try await run(place, [place("usr/bin/renderdrop"), "--version"])
        #expect(version.code == 0 && version.out.contains("."))
        let owned = try await run(place, ["bash", "-c", "tar -tvzf first-dist/*.tar.gz | grep -v ' 0/0 '"])
        #expect(owned.out == "")
    }

    // MARK: Units

    static let analyze = "/usr/bin/systemd-analyze"
    static let hasSystemd = FileManager.default.isExecutableFile(atPath: analyze)
    static let units = [
        "renderdrop.service", "renderdrop-nightly.service", "renderdrop-nightly.timer", "user/renderdrop.service",
    ]

    private func unit(_ name: String) throws -> String {
        String(decoding: try sample("samples/systemd/" + name), as: UTF8.self)
    }

    @Test(.enabled(if: hasSystemd, "needs systemd-analyze; make test-tools installs it"))
    func `systemd finds nothing wrong with the sample units`() async throws {
        let place = try TemporaryDirectory("renderdrop-units")
        for name in Self.units {
            // The binary is not installed where tests run.
            let text = try unit(name).replacing(/(\/usr\/local|%h\/\.local)\/bin\/renderdrop/, with: Child.renderdrop)
            try place.write("units/" + name, text.utf8)
        }
        for (names, scope) in [(Self.units.dropLast(), "--system"), (Self.units.suffix(1), "--user")] {
            let ended = try await run(
                place, [Self.analyze, "verify", scope, "--man=no"] + names.map { place("units/" + $0) })
            #expect(ended.code == 0 && ended.out + ended.error == "", "\(ended.out)\(ended.error)")
        }
    }

    @Test(.enabled(if: hasSystemd, "needs systemd-analyze; make test-tools installs it"), arguments: units.prefix(2))
    func `the system's services are as confined as the page says`(name: String) async throws {
        let place = try TemporaryDirectory("renderdrop-units")
        try place.write(name, try unit(name).utf8)
        let ended = try await run(
            place, [Self.analyze, "security", "--offline=true", "--no-pager", "--threshold=20", place(name)])
        #expect(ended.code == 0, "\(ended.out)")
        #expect(ended.out.contains("✓ NoNewPrivileges="), "\(ended.out)")
    }

    @Test func `the units leave stopping enough time, and never set what delivery needs`() throws {
        for name in Self.units where name.hasSuffix(".service") {
            let lines = try unit(name).split(separator: "\n").filter { !$0.hasPrefix("#") }
            // limits.stop_grace is 30 s, and writing down takes some more.
            #expect(lines.contains("TimeoutStopSec=60s"))
            #expect(!lines.contains { $0.hasPrefix("RestrictSUIDSGID") }, "folders get mode 2775")
        }
    }
}
