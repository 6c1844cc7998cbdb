// The calls before accesses, and what they make of them. This file is compiled without them.
#include "watch.hpp"

#include <algorithm>

#include "emulated_gpu.hpp"
#include "emulated_machine.hpp"

namespace ghee::mlp::cuda::emulated::races {

namespace {
/// The last accesses to a word. Intervals between barriers are counted from 1 in each block.
struct Word
{
    std::int64_t written = 0, read = 0;  ///< intervals
    int writer = 0, reader = 0;
    bool several_readers = false;
};

std::vector<Word> words;
std::uintptr_t begin = 0;
char const* kernel = "";
std::vector<Race> all;
std::int64_t accesses = 0;

void note(std::size_t word, int one, char const* what)
{
    constexpr std::size_t most = 20;
    if (all.size() < most)
        all.push_back({kernel, static_cast<int>(word), one, now.thread, what});
}

template<class Access>
void for_each_word(void const* at, std::size_t bytes, Access const& access)
{
    auto const address = reinterpret_cast<std::uintptr_t>(at);
    if (address < begin || address >= begin + words.size() * sizeof(float))
        return;
    std::size_t const first = (address - begin) / sizeof(float), last = (address + bytes - 1 - begin) / sizeof(float);
    for (std::size_t word = first; word <= std::min(last, words.size() - 1); ++word)
        access(word);
}

std::int64_t interval() { return now.threads[now.thread].barriers + 1; }
}  // namespace

std::vector<Race> const& found() { return all; }
std::int64_t watched() { return accesses; }
void clear()
{
    all.clear();
    accesses = 0;
}

void begin_block(char const* name, float* shared, std::size_t bytes)
{
    kernel = name;
    begin = reinterpret_cast<std::uintptr_t>(shared);
    words.assign(bytes / sizeof(float), Word());
}

void read(void const* at, std::size_t bytes)
{
    for_each_word(at, bytes,
                  [](std::size_t i)
                  {
                      ++accesses;
                      Word& word = words[i];
                      if (word.written == interval() && word.writer != now.thread)
                          note(i, word.writer, "read after write");
                      word.several_readers = word.read == interval() && (word.several_readers || word.reader != now.thread);
                      word.read = interval();
                      word.reader = now.thread;
                  });
}

void write(void const* at, std::size_t bytes)
{
    for_each_word(at, bytes,
                  [](std::size_t i)
                  {
                      ++accesses;
                      Word& word = words[i];
                      if (word.written == interval() && word.writer != now.thread)
                          note(i, word.writer, "write after write");
                      if (word.read == interval() && (word.several_readers || word.reader != now.thread))
                          note(i, word.reader, "write after read");
                      word.written = interval();
                      word.writer = now.thread;
                  });
}

namespace {
[[maybe_unused]] bool const watching = []
{
    watch = {begin_block, write};
    return true;
}();
}  // namespace

}  // namespace ghee::mlp::cuda::emulated::races

// What the compiler calls.
extern "C" {
#define GHEE_WATCHED(bytes)                                                                                                                          \
    void __tsan_read##bytes(void* at) { ghee::mlp::cuda::emulated::races::read(at, bytes); }                                                         \
    void __tsan_write##bytes(void* at) { ghee::mlp::cuda::emulated::races::write(at, bytes); }                                                       \
    void __tsan_unaligned_read##bytes(void* at) { ghee::mlp::cuda::emulated::races::read(at, bytes); }                                               \
    void __tsan_unaligned_write##bytes(void* at) { ghee::mlp::cuda::emulated::races::write(at, bytes); }
GHEE_WATCHED(1)
GHEE_WATCHED(2)
GHEE_WATCHED(4)
GHEE_WATCHED(8)
GHEE_WATCHED(16)
void __tsan_read_range(void* at, unsigned long bytes) { ghee::mlp::cuda::emulated::races::read(at, bytes); }
void __tsan_write_range(void* at, unsigned long bytes) { ghee::mlp::cuda::emulated::races::write(at, bytes); }
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_init() {}
}
