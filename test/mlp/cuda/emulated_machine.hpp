// The machine of lib/mlp/cuda/machine.hpp on the host: 256 threads of a block as fibers that hand over to each other at barriers.
//
// It is stricter than a GPU where that finds mistakes: shared memory begins as NaN; a copy is done when it is waited for and not before;
// barriers that not all threads reach end the program; threads and blocks run in ascending or in descending order, and what depends on
// that is a race.
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "mlp/cuda/kernel.hpp"

#define GHEE_GPU inline
#define GHEE_UNROLL

namespace ghee::mlp::cuda {

namespace emulated {

/// What a thread keeps while others run.
struct Thread
{
    struct Copy
    {
        float* to;
        float const* from;  ///< null: zeros
    };
    std::vector<Copy> copies;       ///< not yet done, oldest first
    std::vector<std::size_t> ends;  ///< of the groups among them
    std::uint32_t given[2][6];      ///< to the other lanes; two take turns
    int turn = 0;
    std::int64_t warps_met = 0;
    std::int64_t barriers = 0;
};

/// The block that runs.
struct Block
{
    int number = 0;
    int thread = 0;
    float* shared = nullptr;
    Thread threads[threads_a_block];
};
extern Block now;

/// Who watches shared memory (races/watch.hpp), if anybody does: told where a block's lies, and of writes that are no plain ones.
struct Watch
{
    void (*begin_block)(char const* kernel, float* shared, std::size_t bytes) = nullptr;
    void (*write)(void const* at, std::size_t bytes) = nullptr;
};
extern Watch watch;

/// Others of the warp, of the block, go on until they are here too.
void meet_warp();
void meet_block();

/// Gives `count` words to the warp and returns the turn under which those of all lanes can be read.
inline int give(std::uint32_t const* words, int count)
{
    Thread& me = now.threads[now.thread];
    me.turn ^= 1;
    std::memcpy(me.given[me.turn], words, static_cast<std::size_t>(count) * sizeof *words);
    int const turn = me.turn;
    meet_warp();
    return turn;
}
inline std::uint32_t const* given_by(int lane, int turn) { return now.threads[now.thread / 32 * 32 + lane].given[turn]; }

inline float float_of(std::uint32_t bits)
{
    float x = 0;
    std::memcpy(&x, &bits, sizeof x);
    return x;
}
inline std::uint32_t bits_of(float x)
{
    std::uint32_t bits = 0;
    std::memcpy(&bits, &x, sizeof x);
    return bits;
}

}  // namespace emulated

namespace machine {

inline int thread() { return emulated::now.thread; }
inline int block() { return emulated::now.number; }
inline float* shared() { return emulated::now.shared; }
inline void barrier() { emulated::meet_block(); }

inline float root(float x) { return std::sqrt(x); }
inline float quotient(float x, float y) { return x / y; }

inline float of_lane(float value, int mask)
{
    std::uint32_t const mine = emulated::bits_of(value);
    int const turn = emulated::give(&mine, 1);
    return emulated::float_of(*emulated::given_by(thread() % 32 ^ mask, turn));
}
inline int of_lane(int value, int mask)
{
    auto const mine = static_cast<std::uint32_t>(value);
    int const turn = emulated::give(&mine, 1);
    return static_cast<int>(*emulated::given_by(thread() % 32 ^ mask, turn));
}

inline double of_lane(double value, int mask)
{
    std::uint32_t mine[2];
    std::memcpy(mine, &value, sizeof value);
    int const turn = emulated::give(mine, 2);
    std::memcpy(&value, emulated::given_by(thread() % 32 ^ mask, turn), sizeof value);
    return value;
}

inline std::int64_t nanoseconds() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

inline void store_four(float* to, float a, float b, float c, float d)
{
    if (emulated::watch.write != nullptr)
        emulated::watch.write(to, 4 * sizeof(float));
    float const all[] = {a, b, c, d};
    std::memcpy(to, all, sizeof all);
}

inline void copy_quad(float* to, float const* from, bool there)
{
    emulated::now.threads[thread()].copies.push_back({to, there ? from : nullptr});
    if (emulated::watch.write != nullptr)
        emulated::watch.write(to, 4 * sizeof(float));
}
inline void end_copies()
{
    emulated::Thread& me = emulated::now.threads[thread()];
    me.ends.push_back(me.copies.size());
}
template<int Left>
void wait_for_copies()
{
    emulated::Thread& me = emulated::now.threads[thread()];
    if (me.ends.size() <= Left)
        return;
    std::size_t const groups = me.ends.size() - Left, done = me.ends[groups - 1];
    for (std::size_t i = 0; i < done; ++i)
    {
        if (emulated::watch.write != nullptr)
            emulated::watch.write(me.copies[i].to, 4 * sizeof(float));
        if (me.copies[i].from != nullptr)
            std::memcpy(me.copies[i].to, me.copies[i].from, 4 * sizeof(float));
        else
            std::memset(me.copies[i].to, 0, 4 * sizeof(float));
    }
    me.copies.erase(me.copies.begin(), me.copies.begin() + static_cast<std::ptrdiff_t>(done));
    me.ends.erase(me.ends.begin(), me.ends.begin() + static_cast<std::ptrdiff_t>(groups));
    for (std::size_t& end : me.ends)
        end -= done;
}

/// Finite numbers and infinities: ties of the 13 bits that go are rounded away from 0.
inline std::uint32_t tf32_of(float x) { return std::isnan(x) ? 0x7FFFE000U : (emulated::bits_of(x) + 0x1000U) & 0xFFFFE000U; }
inline float float_of(std::uint32_t bits) { return emulated::float_of(bits); }
inline std::uint32_t bf16_of(float x)
{
    std::uint32_t const bits = emulated::bits_of(x);
    return std::isnan(x) ? 0x7FFFU : (bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16;
}
inline std::uint32_t bf16_pair(float first, float second) { return bf16_of(first) | bf16_of(second) << 16; }

/// What a tensor core makes of a sum: what does not fit into fp32 is cut off.
inline float cut(double x)
{
    auto const near = static_cast<float>(x);
    return std::abs(static_cast<double>(near)) > std::abs(x) ? std::nextafterf(near, 0.0F) : near;
}

/// Products are exact and summed in fp64 before they are added: a tensor core's own order of addition is not told.
inline void multiply_tf32(float (&c)[4], std::uint32_t const (&a)[4], std::uint32_t const (&b)[2])
{
    std::uint32_t const mine[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    int const turn = emulated::give(mine, 6);
    int const g = thread() % 32 / 4, t = thread() % 4;
    for (int i = 0; i < 4; ++i)
    {
        int const row = g + i / 2 * 8, column = 2 * t + i % 2;
        double sum = 0.0;
        for (int k = 0; k < 8; ++k)
        {
            float const x = float_of(emulated::given_by(row % 8 * 4 + k % 4, turn)[row / 8 + k / 4 * 2] & 0xFFFFE000U);
            float const y = float_of(emulated::given_by(column * 4 + k % 4, turn)[4 + k / 4] & 0xFFFFE000U);
            sum += static_cast<double>(x) * static_cast<double>(y);
        }
        c[i] = cut(static_cast<double>(c[i]) + sum);
    }
}
inline void multiply_bf16(float (&c)[4], std::uint32_t const (&a)[4], std::uint32_t const (&b)[2])
{
    std::uint32_t const mine[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    int const turn = emulated::give(mine, 6);
    int const g = thread() % 32 / 4, t = thread() % 4;
    auto const half = [](std::uint32_t pair, int which) { return float_of(which == 0 ? pair << 16 : pair & 0xFFFF0000U); };
    for (int i = 0; i < 4; ++i)
    {
        int const row = g + i / 2 * 8, column = 2 * t + i % 2;
        double sum = 0.0;
        for (int k = 0; k < 16; ++k)
        {
            int const pair = k / 2;
            float const x = half(emulated::given_by(row % 8 * 4 + pair % 4, turn)[row / 8 + pair / 4 * 2], k % 2);
            float const y = half(emulated::given_by(column * 4 + pair % 4, turn)[4 + pair / 4], k % 2);
            sum += static_cast<double>(x) * static_cast<double>(y);
        }
        c[i] = cut(static_cast<double>(c[i]) + sum);
    }
}

}  // namespace machine

template<class Body>
void emulated_entry(void const* work)
{
    Body::run(*static_cast<typename Body::Work const*>(work));
}

template<class Body>
Kernel kernel_of()
{
    return {.name = Body::name(),
            .entry = reinterpret_cast<void const*>(&emulated_entry<Body>),
            .shared_bytes = Body::shared_bytes,
            .work_bytes = sizeof(typename Body::Work)};
}

}  // namespace ghee::mlp::cuda
