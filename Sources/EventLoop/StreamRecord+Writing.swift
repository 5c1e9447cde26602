import CLibuv
import Glibc

/// Writing: to the kernel at once what it takes, the rest later.
extension UnsafeMutablePointer<StreamRecord> {
    /// Sends bytes as they are; nothing on a stream that is closing.
    func send(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, !pointee.flags.contains(.closing) else { return }
        var rest = bytes
        if pointee.output == nil {
            let written = tryWrite(bytes)
            if written >= 0 {
                guard written < bytes.count else { return }
                rest = UnsafeRawBufferPointer(rebasing: bytes[Int(written)...])
            } else if written != UV_EAGAIN.rawValue {
                return close(.failed(LoopError.name(of: written)))
            }
        }
        queue(rest)
    }

    /// Hands the kernel what it takes; the number of bytes, or libuv's error.
    func tryWrite(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var buffer = uv_buf_t(
            base: UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
            len: bytes.count)
        return uv_try_write(uvStream, &buffer, 1)
    }

    private func queue(_ bytes: UnsafeRawBufferPointer) {
        let limit = pointee.kind._withUnsafeGuaranteedRef { $0.outputLimit }
        guard let output = pointee.output else {
            guard bytes.count <= limit else { return close(.outputOverflow) }
            let output = PendingOutput.make()
            output.pointee.inFlight.append(bytes)
            pointee.output = output
            return startWriting(output)
        }
        guard output.pointee.count + bytes.count <= limit else { return close(.outputOverflow) }
        output.pointee.waiting.append(bytes)
    }

    private func startWriting(_ output: UnsafeMutablePointer<PendingOutput>) {
        var buffer = uv_buf_t(
            base: output.pointee.inFlight.start?.assumingMemoryBound(to: CChar.self),
            len: output.pointee.inFlight.count)
        let request = UnsafeMutableRawPointer(output).assumingMemoryBound(to: uv_write_t.self)
        let status = uv_write(request, uvStream, &buffer, 1) { request, status in
            guard let stream = request?.pointee.handle else { return }
            UnsafeMutablePointer<StreamRecord>(handle: stream).wrote(status)
        }
        if status != 0 { close(.failed(LoopError.name(of: status))) }
    }

    private func wrote(_ status: Int32) {
        // A stream that is closing drops what is left with its record.
        guard !pointee.flags.contains(.closing), let output = pointee.output else { return }
        guard status == 0 else { return close(.failed(LoopError.name(of: status))) }
        output.pointee.inFlight.release()
        if output.pointee.waiting.count > 0 {
            output.pointee.inFlight = output.pointee.waiting
            output.pointee.waiting = PendingOutput.Buffer()
            return startWriting(output)
        }
        pointee.output = nil
        PendingOutput.destroy(output)
        if pointee.flags.contains(.finishing) { endOutput() }
    }
}
