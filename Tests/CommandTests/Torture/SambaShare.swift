import Foundation

/// A real smbd with its default masks, on a port of its own, and a client without an account.
final class SambaShare {
    private let process = Process()
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
        process.executableURL = URL(filePath: "/usr/bin/env")
        // It ends its whole process group with itself, so it gets one of its own.
        process.arguments = [
            "setsid", "--wait", "smbd", "--foreground", "--no-process-group", "-s", folder + "/smb.conf",
        ]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["PATH": path + ":/usr/sbin:/sbin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
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
        let deadline = ContinuousClock.now + .seconds(5)
        while process.isRunning, ContinuousClock.now < deadline { usleep(10_000) }
        if process.isRunning { process.terminate() }
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
