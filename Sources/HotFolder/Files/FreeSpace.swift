import Glibc

enum FreeSpace {
    /// For an unprivileged user.
    static func bytes(at path: String) throws(FileError) -> Int {
        var info = statvfs()
        guard statvfs(path, &info) == 0 else { throw FileError(errno: errno, "ask for free space", path, .folder) }
        return bytes(info)
    }

    /// Of the file system that a file or folder lies on.
    static func bytes(of file: Descriptor) throws(FileError) -> Int {
        var info = statvfs()
        guard fstatvfs(file.raw, &info) == 0 else {
            throw FileError(errno: errno, "ask for free space", file.path, .folder)
        }
        return bytes(info)
    }

    private static func bytes(_ info: statvfs) -> Int {
        let (bytes, isTooMany) = Int(clamping: info.f_bavail).multipliedReportingOverflow(
            by: Int(clamping: info.f_frsize))
        return isTooMany ? .max : bytes
    }
}
