import CCurl
import HTTPTypes
import RenderCore

/// What libcurl calls while a transfer runs, always on the driver's thread. Nothing throws across C: a callback notes
/// why in `stop` and returns the value that ends the transfer.
extension EasyHandle {
    func installCallbacks() throws(CurlError) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        try CurlError.check(
            ccurl_easy_set_data_callback(pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
                EasyHandle.from(user)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            })
        try CurlError.check(ccurl_easy_set_pointer(pointer, CURLOPT_HEADERDATA, context))
        try CurlError.check(
            ccurl_easy_set_data_callback(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, user in
                EasyHandle.from(user)?.takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            })
        try CurlError.check(ccurl_easy_set_pointer(pointer, CURLOPT_WRITEDATA, context))
        try CurlError.check(
            ccurl_easy_set_data_callback(pointer, CURLOPT_READFUNCTION) { bytes, size, count, user in
                let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return EasyHandle.from(user)?.giveBody(room) ?? Int(CURL_READFUNC_ABORT)
            })
        try CurlError.check(ccurl_easy_set_pointer(pointer, CURLOPT_READDATA, context))
        try CurlError.check(
            ccurl_easy_set_seek_callback(pointer) { user, offset, origin in
                guard origin == SEEK_SET else { return CURL_SEEKFUNC_FAIL }
                return EasyHandle.from(user)?.rewindBody(Int(offset)) ?? CURL_SEEKFUNC_FAIL
            })
        try CurlError.check(ccurl_easy_set_pointer(pointer, CURLOPT_SEEKDATA, context))
        try CurlError.check(
            ccurl_easy_set_request_callback(pointer) { user, _, _, _, _ in
                EasyHandle.from(user)?.beginRequest() ?? CURL_PREREQFUNC_ABORT
            })
        try CurlError.check(ccurl_easy_set_pointer(pointer, CURLOPT_PREREQDATA, context))
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> EasyHandle? {
        user.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    /// libcurl is about to write the request, for the first time or, by its own decision, again.
    private func beginRequest() -> CInt {
        if requestStarted && method != .get && method != .head {
            stop = .failed(.connectionLost, "\(url.place): the connection was lost before the answer")
            return CURL_PREREQFUNC_ABORT
        }
        requestStarted = true
        return CURL_PREREQFUNC_OK
    }

    private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        heardAt = .now
        switch parser.take(line) {
        case .more:
            return line.count
        case .tooLong:
            stop = .failed(.protocolViolation, "\(url.place): the header of the answer is too long")
            return 0
        case .complete:
            return takeHead() ? line.count : 0
        }
    }

    /// False ends the transfer.
    private func takeHead() -> Bool {
        guard let head = parser.head else { return true }
        switch RedirectRule.verdict(on: head, to: method, of: url, hops: hops) {
        case .follow(let target):
            redirect = target
            return true
        case .refuse(let error):
            stop = .refused(error)
            return false
        case .answer:
            let hasBody = method != .head && head.status != 204 && head.status != 304
            if hasBody, let length = head.headers[.contentLength].flatMap({ Int($0) }), length > bodyBytesMax {
                stop = tooLarge
                return false
            }
            transfers.deliver(id, head)
            return true
        }
    }

    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        heardAt = .now
        if redirect != nil {
            // A short body is read through, so that the connection can be used again.
            bytesReceived += bytes.count
            guard bytesReceived <= 64 << 10 else {
                stop = .redirecting
                return 0
            }
            return bytes.count
        }
        guard bytesReceived + bytes.count <= bodyBytesMax else {
            stop = tooLarge
            return 0
        }
        switch transfers.receive(id, bytes) {
        case .taken:
            bytesReceived += bytes.count
            return bytes.count
        case .full:
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        case .unwanted:
            stop = .unwanted
            return 0
        }
    }

    private var tooLarge: Stop {
        .failed(.tooLarge, "\(url.place): the answer is longer than \(bodyBytesMax) bytes")
    }

    private func giveBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        guard let body else { return 0 }
        do {
            return try body.read(into: room)
        } catch {
            stop = .failed(error.code, "\(error.path) \(error.reason)")
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func rewindBody(_ offset: Int) -> CInt {
        guard let body else { return CURL_SEEKFUNC_FAIL }
        do {
            try body.seek(to: offset)
            return CURL_SEEKFUNC_OK
        } catch {
            stop = .failed(error.code, "\(error.path) \(error.reason)")
            return CURL_SEEKFUNC_FAIL
        }
    }
}
