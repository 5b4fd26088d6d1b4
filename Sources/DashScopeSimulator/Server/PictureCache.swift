/// Draws each result once, off the server's threads, and keeps the latest ones.
actor PictureCache {
    private let capacity = 48
    private var drawn: [(spec: PictureSpec, bytes: Task<[UInt8], Never>)] = []

    func bytes(of spec: PictureSpec) async -> [UInt8] {
        if let known = drawn.first(where: { $0.spec == spec }) { return await known.bytes.value }
        // Awaited right below, and by everyone who asks for the same picture meanwhile.
        let task = Task.detached { PictureRenderer.render(spec) }
        drawn.append((spec, task))
        if drawn.count > capacity { drawn.removeFirst() }
        return await task.value
    }
}
