// The thin layer over the HDF5 C library: owned handles, tables of compound rows, attributes, errors. hdf5.h is seen by hdf5*.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "store/result_file.hpp"

namespace ghee::store::h5 {

enum class Kind { integer, index, word, real, boolean, text, fixed_text };

/// Type of a field: i8, u4, u8, f8, bool (the enum h5py reads as bool), text (UTF-8 of any length), textN (UTF-8, at most N bytes, padded with 0).
struct Type
{
    Kind kind = Kind::real;
    std::size_t width = 0;  ///< bytes of a fixed text

    /// Bytes in a row in memory; a text is a `char const*` there.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::string name() const;
    [[nodiscard]] bool numeric() const { return kind != Kind::text && kind != Kind::fixed_text; }
};

struct Column
{
    std::string name;
    Type type;
};

/// A handle of the library with the function that closes it. Closing in the destructor swallows errors: close() tells them.
class Handle
{
  public:
    using Closer = int (*)(std::int64_t);
    Handle() = default;
    Handle(std::int64_t id, Closer closer) : id_(id), closer_(closer) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(id_, other.id_);
        std::swap(closer_, other.closer_);
        return *this;
    }
    ~Handle() { static_cast<void>(close()); }

    [[nodiscard]] std::int64_t id() const { return id_; }
    /// Closes now; negative: the library refused.
    int close();
    /// Never closes it.
    void leave() { id_ = -1; }

  private:
    std::int64_t id_ = -1;
    Closer closer_ = nullptr;
};

/// An attribute's value; a vector becomes a 1-D attribute.
void write_attribute(Handle const& object, std::string const& name, std::string const& value);
void write_attribute(Handle const& object, std::string const& name, std::vector<std::string> const& values);
void write_attribute(Handle const& object, std::string const& name, std::int64_t value);
void write_attribute(Handle const& object, std::string const& name, double value);
void write_attribute(Handle const& object, std::string const& name, bool value);

/// A file being written. After a failed write the library cannot close what it has open (it would write again, fail again and be left
/// in disorder), so a file that is not closed in order is abandoned: emptied, which frees its space, and left open until the process ends.
class NewFile
{
  public:
    explicit NewFile(std::filesystem::path const&);
    ~NewFile();
    NewFile(NewFile const&) = delete;
    NewFile& operator=(NewFile const&) = delete;

    [[nodiscard]] Handle const& handle() const { return file_; }
    /// Flushes and closes; throws Error.
    void close();
    /// To be called on any error before the tables of the file go out of scope.
    void abandon() noexcept;
    [[nodiscard]] bool abandoned() const { return abandoned_; }

  private:
    Handle file_;
    bool abandoned_ = false;
};

/// A 1-D table of compound rows that grows: chunked, shuffled, deflated, each chunk with a checksum.
class NewTable
{
  public:
    NewTable(NewFile&, std::string const& name, std::vector<Column> const&, std::size_t rows_per_chunk);
    ~NewTable();
    NewTable(NewTable const&) = delete;
    NewTable& operator=(NewTable const&) = delete;
    /// `rows`: `count` rows, each field behind the other without padding, in the order of the columns.
    void append(std::byte const* rows, std::size_t count);
    [[nodiscard]] Handle const& handle() const { return dataset_; }

  private:
    NewFile& file_;
    Handle type_;
    Handle dataset_;
    std::uint64_t rows_ = 0;
};

/// A result file opened for reading, without the library's file locks: a published file never changes.
class ReadFile
{
  public:
    /// Throws Error on what is missing, empty, no HDF5 or torn.
    explicit ReadFile(std::filesystem::path const&);

    [[nodiscard]] bool has_attribute(std::string const& name) const;
    /// Of the root; throw Error where missing or of another type.
    [[nodiscard]] std::string text(std::string const& name) const;
    [[nodiscard]] std::int64_t integer(std::string const& name) const;
    [[nodiscard]] bool truth(std::string const& name) const;
    [[nodiscard]] double real(std::string const& name) const;
    /// All rows of a table of any compound type; units from its attribute.
    [[nodiscard]] Table table(std::string const& name) const;

  private:
    std::filesystem::path path_;
    Handle file_;
};

}  // namespace ghee::store::h5
