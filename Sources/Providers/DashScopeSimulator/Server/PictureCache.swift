/// Draws each result once, off the server's threads, and keeps the latest ones.
actor PictureCache {
    private let capacity = 48
    private let photoCapacity = 4
    private var photos: [(photo: Photo, raster: Task<Raster?, Never>)] = []
    private var drawn: [(spec: PictureSpec, bytes: Task<[UInt8], Never>)] = []

    func bytes(of spec: PictureSpec) async -> [UInt8] {
        if let known = drawn.first(where: { $0.spec == spec }) { return await known.bytes.value }
        // Awaited right below, and by everyone who asks for the same picture meanwhile.
        let raster = spec.photo.map { self.raster(of: $0) }
        let task = Task.detached { PictureRenderer.render(spec, photo: await raster?.value) }
        drawn.append((spec, task))
        if drawn.count > capacity { drawn.removeFirst() }
        return await task.value
    }

    /// One photo becomes many pictures, and is decoded once for those that come together.
    private func raster(of photo: Photo) -> Task<Raster?, Never> {
        if let known = photos.first(where: { $0.photo == photo }) { return known.raster }
        // Awaited by the pictures that are made of it.
        let task = Task.detached { Raster.decode(photo.bytes) }
        photos.append((photo, task))
        if photos.count > photoCapacity { photos.removeFirst() }
        return task
    }
}
