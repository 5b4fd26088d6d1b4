import Foundation
import RenderTestSupport

/// A real smbd with its default masks, on a port of its own, and a client without an account.
final class SambaShare {
    private let server: SpawnedProcess
    private let port: Int
    private let folder: String

    static let hindrance: String? = {
        do {
            try Tools.run(["smbd", "--version"])
            try Tools.run(["smbclient", "--version"])
            return nil
        } catch {
            return "smbd and smbclient are missing; `make test-tools` installs them"
        }
    }()

    init(_ folder: String, serving path: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try Self.freePort()
        self.folder = folder
        let own = ["private dir", "lock directory", "state directory", "cache directory", "pid directory"]
        let text = """
            [global]
            server role = standalone server
            map to guest = Bad User
            smb ports = \(port)
            interfaces = lo
            bind interfaces only = yes
            disable netbios = yes
            load printers = no
            \(own.map { "\($0) = \(folder)" }.joined(separator: "\n"))
            ncalrpc dir = \(folder)/rpc
            log file = \(folder)/smbd.log
            [inbox]
            path = \(path)
            guest ok = yes
            read only = no
            """
        try text.write(toFile: folder + "/smb.conf", atomically: true, encoding: .utf8)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        // It ends its whole process group with itself, so it gets one of its own.
        server = try SpawnedProcess(
            ["/usr/bin/env", "setsid", "--wait"]
                + ["smbd", "--foreground", "--no-process-group", "-s", folder + "/smb.conf"],
            environment: ["PATH": path + ":/usr/sbin:/sbin"])
    }

    func waitUntilReady() async throws {
        try await eventually("smbd answers", within: .seconds(30)) { (try? client("ls")) != nil }
    }

    @discardableResult func client(_ command: String) throws -> String {
        try Tools.run(["smbclient", "//127.0.0.1/inbox", "-p", "\(port)", "-N", "-c", command])
    }

    func stop() {
        let text = try? String(contentsOfFile: folder + "/smbd.pid", encoding: .utf8)  // none: it never came up
        if let pid = text.flatMap({ Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) { kill(pid, SIGTERM) }
        if server.wait(seconds: 5) == nil { server.send(SIGTERM) }
    }

    private static func freePort() throws -> Int {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(raw) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(raw, $0, size) == 0 ? getsockname(raw, $0, &size) : -1
            }
        }
        guard code == 0 else { throw Late(description: "no free port: \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
