// A watch over shared memory: which threads of a block read and write each word between two barriers of the block. Two that touch the same word,
// one of them writing, have a race, whatever order the emulated machine took them in.
//
// The kernels are compiled with the calls that a thread sanitizer puts before every access; here those calls are ours (watch.cpp), so the
// very code that nvcc compiles is watched. What warps agree on by exchange does not count as order: a GPU promises none for memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ghee::mlp::cuda::emulated::races {

struct Race
{
    std::string kernel;
    int word = 0;  ///< of shared memory
    int one = 0, other = 0;
    char const* what = "";  ///< "write after write" ...
};

/// Since the last clear(); at most some.
std::vector<Race> const& found();
/// Words that were read or written since the last clear().
std::int64_t watched();
void clear();

}  // namespace ghee::mlp::cuda::emulated::races
