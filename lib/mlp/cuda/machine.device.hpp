// The machine of machine.hpp as a GPU has it: compute capability 7.5 and later.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "mlp/cuda/kernel.hpp"

#define GHEE_GPU __device__ __forceinline__
#define GHEE_UNROLL _Pragma("unroll")

namespace ghee::mlp::cuda {

namespace machine {

GHEE_GPU int thread() { return static_cast<int>(threadIdx.x); }
GHEE_GPU int block() { return static_cast<int>(blockIdx.x); }
/// The block's own memory, as much as its kernel declares; aligned to 128 bytes.
GHEE_GPU float* shared()
{
    extern __shared__ __align__(128) float memory[];
    return memory;
}
/// All threads of the block have come; what they wrote to shared memory is then seen.
GHEE_GPU void barrier() { __syncthreads(); }

/// The square root, within 1 unit in the last place, and a quotient, within 2 (of 0 where the divisor is beyond 2^126): a tenth of the
/// instructions of the exactly rounded ones, and far below what an optimiser's step can tell.
GHEE_GPU float root(float x)
{
    float y;
    asm("sqrt.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
GHEE_GPU float quotient(float x, float y) { return __fdividef(x, y); }

/// The value of the lane whose number differs in `mask`. All lanes of a warp call it.
GHEE_GPU float of_lane(float value, int mask) { return __shfl_xor_sync(0xFFFFFFFFU, value, mask); }
GHEE_GPU int of_lane(int value, int mask) { return __shfl_xor_sync(0xFFFFFFFFU, value, mask); }
GHEE_GPU double of_lane(double value, int mask) { return __shfl_xor_sync(0xFFFFFFFFU, value, mask); }

/// The device's own clock.
GHEE_GPU std::int64_t nanoseconds()
{
    std::int64_t now;
    asm volatile("mov.u64 %0, %globaltimer;" : "=l"(now));
    return now;
}

/// Writes four numbers to shared memory at once; `to` is a multiple of 16 bytes. Said in assembly: nvcc 13.0 makes four stores of it, which
/// meet in banks where rows are padded for stores of 16 bytes.
GHEE_GPU void store_four(float* to, float a, float b, float c, float d)
{
    auto const place = static_cast<std::uint32_t>(__cvta_generic_to_shared(to));
    asm volatile("st.shared.v4.f32 [%0], {%1, %2, %3, %4};" ::"r"(place), "f"(a), "f"(b), "f"(c), "f"(d) : "memory");
}

/// Copies 16 bytes from the device's memory to shared memory, or zeros where `there` is false (`from` is then not read). Done when a
/// wait() says so; both addresses are multiples of 16.
GHEE_GPU void copy_quad(float* to, float const* from, bool there)
{
#if __CUDA_ARCH__ >= 800
    auto const place = static_cast<std::uint32_t>(__cvta_generic_to_shared(to));
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(place), "l"(from), "r"(there ? 16 : 0) : "memory");
#else
    *reinterpret_cast<float4*>(to) = there ? *reinterpret_cast<float4 const*>(from) : float4{};
#endif
}
/// Ends a group of this thread's copies.
GHEE_GPU void end_copies()
{
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}
/// Until all but the latest `Left` groups of this thread's copies have arrived. Others see them after a barrier.
template<int Left>
GHEE_GPU void wait_for_copies()
{
#if __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;" ::"n"(Left) : "memory");
#endif
}

/// Rounded to 10 bits of mantissa, ties away from 0: what the tensor cores take as a TF32 operand.
GHEE_GPU std::uint32_t tf32_of(float x)
{
#if __CUDA_ARCH__ >= 800
    std::uint32_t y;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(y) : "f"(x));
    return y;
#else
    __trap();
    return __float_as_uint(x);
#endif
}
GHEE_GPU float float_of(std::uint32_t bits) { return __uint_as_float(bits); }
/// Two numbers rounded to bf16, ties to even, the first in the low half.
GHEE_GPU std::uint32_t bf16_pair(float first, float second)
{
#if __CUDA_ARCH__ >= 800
    std::uint32_t y;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(second), "f"(first));
    return y;
#else
    __trap();
    return 0;
#endif
}

/// c, 16 x 8, += a, 16 x 8, times b, 8 x 8, by a warp. Of lane 4 g + t: a holds (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4); b (t, g),
/// (t + 4, g); c (g, 2 t), (g, 2 t + 1), (g + 8, 2 t), (g + 8, 2 t + 1).
GHEE_GPU void multiply_tf32(float (&c)[4], std::uint32_t const (&a)[4], std::uint32_t const (&b)[2])
{
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    __trap();
#endif
}
/// c, 16 x 8, += a, 16 x 16, times b, 16 x 8, by a warp: as above with pairs of numbers in bf16 for numbers, pair p of terms 2 p, 2 p + 1.
GHEE_GPU void multiply_bf16(float (&c)[4], std::uint32_t const (&a)[4], std::uint32_t const (&b)[2])
{
#if __CUDA_ARCH__ >= 800
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                 : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    __trap();
#endif
}

}  // namespace machine

template<class Body>
__global__ void __launch_bounds__(threads_a_block, 2) kernel(__grid_constant__ typename Body::Work const work)
{
    Body::run(work);
}

/// The kernel of a body: a struct with a plain `Work`, `shared_bytes`, `name()` and `run(Work const&)`.
template<class Body>
Kernel kernel_of()
{
    return {.name = Body::name(),
            .entry = reinterpret_cast<void const*>(&kernel<Body>),
            .shared_bytes = Body::shared_bytes,
            .work_bytes = sizeof(typename Body::Work)};
}

}  // namespace ghee::mlp::cuda
