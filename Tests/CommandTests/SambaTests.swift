import DashScopeSimulator
import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// A real smbd with its default masks: folders that its clients make belong to the guest account, mode 0755.
@Suite(.timeLimit(.minutes(15)), .enabled(if: Samba.isAllowed, "needs root, setpriv, smbd and smbclient"))
struct SambaTests {
    @Test func `a folder that Samba made is told above it, with the lines that mend it`() async throws {
        try await withWorkplace { place, simulator in
            try place.giveToWatcher()
            let samba = try await Samba(place)
            defer { samba.stop() }
            let watch = try await place.watchAsWatcher()
            let job = try place.folder.write("job.yaml", Workplace.sync.utf8)
            try await samba.client("mkdir Acme; cd Acme; put \(job) job.yaml")
            try await eventually("it is told above", within: .seconds(10)) {
                place.said.contains("Acme/: renderdrop cannot write into this folder")
            }
            try await eventually("with its reason") { place.said.contains("Acme/job.yaml: user") }
            let lines = place.said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(lines.contains("force user = \(Foreigner.watcher)"))
            #expect(lines.contains("create mask = 0664") && lines.contains("directory mask = 2775"))
            #expect(try await place.status(place("inbox/Acme/job.yaml"))["waiting"]?.array?.count == 1)
            #expect(simulator.submits == 0)

            // The advised command, as it stands there; root needs no sudo.
            let advice = try #require(lines.first { $0.hasPrefix("- `sudo chgrp") })
            let command = advice.dropFirst(3).dropLast().replacing("sudo ", with: "")
            #expect(try Foreigner.succeeds("/bin/sh", ["-c", String(command)]))
            try await watch.says("job: done")
            #expect(simulator.paidSubmits == 1)
        }
    }

    @Test func `with copy it is rendered once and marked as done`() async throws {
        try await withWorkplace(intake: "settle: 200ms, unmovable: copy") { place, simulator in
            try place.giveToWatcher()
            let samba = try await Samba(place)
            defer { samba.stop() }
            let watch = try await place.watchAsWatcher()
            let job = try place.folder.write("job.yaml", Workplace.sync.utf8)
            try await samba.client("mkdir Acme; cd Acme; put \(job) job.yaml")
            try await watch.says("job: done")
            try await eventually("it is marked") { place.said.contains("Acme/job.yaml: rendered as outbox/Acme/job") }
            // Saved again, with the same bytes and another time.
            try await samba.client("cd Acme; put \(job) job.yaml")
            try await samba.client("cd Acme; put \(job) other.yaml")
            try await watch.says("other: done")
            #expect(simulator.paidSubmits == 2)
            #expect(place.files("inbox/Acme") == ["job.yaml", "other.yaml"])
        }
    }
}

/// smbd on the loopback, with a configuration of its own and nothing set but the share.
private final class Samba: Sendable {
    static let isAllowed =
        Foreigner.isAllowed
        && ["/usr/sbin/smbd", "/usr/bin/smbclient"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }

    private let child: Child
    private let port: Int
    private let folder: String

    init(_ place: Workplace) async throws {
        port = try Self.freePort()
        let folder = place.folder("samba")
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Everybody who connects may make folders at the top.
        try #require(chmod(place("inbox"), 0o777) == 0)
        let places = [
            "private dir", "lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir",
        ]
        .map { "\($0) = \(folder)" }.joined(separator: "\n")
        try place.folder.write(
            "samba/smb.conf",
            """
            [global]
            map to guest = bad user
            guest account = nobody
            interfaces = 127.0.0.1
            bind interfaces only = yes
            smb ports = \(port)
            log file = \(folder)/log
            \(places)
            [inbox]
            path = \(place("inbox"))
            guest ok = yes
            read only = no
            """.utf8)
        child = try Child(
            "/usr/sbin/smbd", ["--foreground", "--no-process-group", "--configfile", folder + "/smb.conf"],
            environment: ["PATH": "/usr/sbin:/usr/bin:/bin"], folder: folder, log: folder + "/smbd")
        let list = Self.arguments("ls", port, folder)
        try await eventually("smbd answers", within: .seconds(20)) {
            (try? Foreigner.succeeds("/usr/bin/smbclient", list)) ?? false
        }
    }

    private static func arguments(_ commands: String, _ port: Int, _ folder: String) -> [String] {
        ["--no-pass", "//127.0.0.1/inbox", "--port", "\(port)", "--configfile", folder + "/smb.conf", "-c", commands]
    }

    func client(_ commands: String) async throws {
        try #require(
            try Foreigner.succeeds("/usr/bin/smbclient", Self.arguments(commands, port, folder)),
            "smbclient: \(commands)")
    }

    func stop() { child.send(SIGTERM) }

    private static func freePort() throws -> Int {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(raw) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { place -> Bool in
                bind(raw, place, length) == 0 && getsockname(raw, place, &length) == 0
            }
        }
        guard isBound else { throw Late(description: "no free port: \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
