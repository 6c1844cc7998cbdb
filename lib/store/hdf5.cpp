// HDF5 by its C interface; the only file that includes hdf5.h.
#include "store/hdf5.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include <hdf5.h>
#include <unistd.h>

#include "base/contract.hpp"
#include "base/error.hpp"

namespace ghee::store::h5 {

static_assert(std::is_same_v<hid_t, std::int64_t> && std::is_same_v<herr_t, int>);

namespace {
/// The library prints its stack to stderr, and closes what is open (abandoned files, too) at the process's end, unless told not to.
void set_up_library()
{
    static bool const done = H5dont_atexit() >= 0 && H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    static_cast<void>(done);
}

/// The innermost word of the library's error stack; where it names an errno, that text alone.
std::string innermost_error()
{
    std::string text;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_DOWNWARD,
        [](unsigned, H5E_error2_t const* error, void* into) {
            *static_cast<std::string*>(into) = error->desc ? error->desc : "";  // walking downward, the last is the innermost
            return 0;
        },
        &text);
    H5Eclear2(H5E_DEFAULT);
    if (auto const at = text.find("errno = "); at != std::string::npos)
    {
        int number = 0;
        std::from_chars(text.data() + at + 8, text.data() + text.size(), number);
        if (text.find("lock") != std::string::npos)
            return "no file lock: " + errno_text(number);
        return errno_text(number);
    }
    return "HDF5: " + (text.empty() ? "no reason given" : text);
}

[[noreturn]] void fail(std::string const& problem)
{
    std::string const why = innermost_error();
    std::string suggestion;
    if (why.find("file lock") != std::string::npos)
        suggestion = "set HDF5_USE_FILE_LOCKING=FALSE";
    else if (why == errno_text(ENOSPC) || why == errno_text(EDQUOT))
        suggestion = "free some space and try again";
    throw Error(problem, why, suggestion);
}

template<class Number>
Number check(Number result, std::string const& problem)
{
    if (result < 0)
        fail(problem);
    return result;
}

Handle type_handle(hid_t id, char const* problem) { return {check(id, problem), H5Tclose}; }

Handle utf8(std::size_t size)
{
    Handle type = type_handle(H5Tcopy(H5T_C_S1), "cannot make a text type");
    check(H5Tset_size(type.id(), size), "cannot size a text type");
    check(H5Tset_cset(type.id(), H5T_CSET_UTF8), "cannot make a text type UTF-8");
    if (size != H5T_VARIABLE)
        check(H5Tset_strpad(type.id(), H5T_STR_NULLPAD), "cannot pad a text type");
    return type;
}

Handle boolean()
{
    Handle type = type_handle(H5Tenum_create(H5T_STD_I8LE), "cannot make the bool type");
    signed char value = 0;
    check(H5Tenum_insert(type.id(), "FALSE", &value), "cannot make the bool type");
    value = 1;
    check(H5Tenum_insert(type.id(), "TRUE", &value), "cannot make the bool type");
    return type;
}

Handle file_type(Type const& type)
{
    switch (type.kind)
    {
    case Kind::integer: return type_handle(H5Tcopy(H5T_STD_I64LE), "cannot make a type");
    case Kind::index: return type_handle(H5Tcopy(H5T_STD_U32LE), "cannot make a type");
    case Kind::word: return type_handle(H5Tcopy(H5T_STD_U64LE), "cannot make a type");
    case Kind::real: return type_handle(H5Tcopy(H5T_IEEE_F64LE), "cannot make a type");
    case Kind::boolean: return boolean();
    case Kind::text: return utf8(H5T_VARIABLE);
    case Kind::fixed_text: break;
    }
    return utf8(type.width);
}

void write_attribute(hid_t object, std::string const& name, Handle const& type, Handle const& space, void const* value)
{
    Handle const attribute(check(H5Acreate2(object, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
                                 "cannot make attribute '" + name + "'"), H5Aclose);
    check(H5Awrite(attribute.id(), type.id(), value), "cannot write attribute '" + name + "'");
}

Handle scalar() { return {check(H5Screate(H5S_SCALAR), "cannot make a data space"), H5Sclose}; }
}  // namespace

std::size_t Type::size() const
{
    switch (kind)
    {
    case Kind::integer: case Kind::word: case Kind::real: return 8;
    case Kind::index: return 4;
    case Kind::boolean: return 1;
    case Kind::text: return sizeof(char const*);
    case Kind::fixed_text: break;
    }
    return width;
}

std::string Type::name() const
{
    static constexpr std::array names{"i8", "u4", "u8", "f8", "bool", "text", "text"};
    return names[static_cast<std::size_t>(kind)] + (kind == Kind::fixed_text ? std::to_string(width) : std::string());
}

int Handle::close()
{
    std::int64_t const id = std::exchange(id_, -1);
    return id < 0 || !closer_ ? 0 : closer_(id);
}

void write_attribute(Handle const& object, std::string const& name, std::string const& value)
{
    char const* const text = value.c_str();
    write_attribute(object.id(), name, utf8(H5T_VARIABLE), scalar(), &text);
}
void write_attribute(Handle const& object, std::string const& name, std::vector<std::string> const& values)
{
    std::vector<char const*> texts;
    for (std::string const& value : values)
        texts.push_back(value.c_str());
    hsize_t const count = texts.size();
    Handle const space(check(H5Screate_simple(1, &count, nullptr), "cannot make a data space"), H5Sclose);
    write_attribute(object.id(), name, utf8(H5T_VARIABLE), space, texts.data());
}
void write_attribute(Handle const& object, std::string const& name, std::int64_t value)
{
    write_attribute(object.id(), name, file_type({Kind::integer, 0}), scalar(), &value);
}
void write_attribute(Handle const& object, std::string const& name, double value)
{
    write_attribute(object.id(), name, file_type({Kind::real, 0}), scalar(), &value);
}
void write_attribute(Handle const& object, std::string const& name, bool value)
{
    signed char const byte = value ? 1 : 0;
    write_attribute(object.id(), name, boolean(), scalar(), &byte);
}

namespace {
/// Published files never change and new ones have a name of their own: nothing to lock, and many file systems cannot.
Handle access_without_locks()
{
    Handle access(check(H5Pcreate(H5P_FILE_ACCESS), "cannot make a property list"), H5Pclose);
#if H5_VERSION_GE(1, 10, 7)
    check(H5Pset_file_locking(access.id(), false, true), "cannot do without file locks");
#endif
    return access;
}
}  // namespace

NewFile::NewFile(std::filesystem::path const& path)
{
    set_up_library();
    Handle const access = access_without_locks();
    // The formats of HDF5 1.10 have checksums over their own structures, not only over our rows.
    check(H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110), "cannot choose the file's version");
    file_ = Handle(check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), "cannot create " + path.string()), H5Fclose);
}

void NewFile::close()
{
    if (H5Fflush(file_.id(), H5F_SCOPE_GLOBAL) < 0)
        fail("cannot write the result file");
    if (file_.close() < 0)
        fail("cannot close the result file");
}

void NewFile::abandon() noexcept
{
    if (std::exchange(abandoned_, true) || file_.id() < 0)
        return;
    // Its inode must live on: the library would take a new file of the same number for this one.
    void* descriptor = nullptr;
    if (H5Fget_vfd_handle(file_.id(), H5P_DEFAULT, &descriptor) >= 0 && descriptor)
        static_cast<void>(!ftruncate(*static_cast<int*>(descriptor), 0));
    H5Eclear2(H5E_DEFAULT);
}

NewFile::~NewFile()
{
    if (file_.id() >= 0)
        abandon();
    if (abandoned_)
        file_.leave();
}

NewTable::~NewTable()
{
    if (!file_.abandoned())
        return;
    dataset_.leave();
    type_.leave();
}

NewTable::NewTable(NewFile& file, std::string const& name, std::vector<Column> const& columns, std::size_t rows_per_chunk)
try : file_(file)
{
    std::string const problem = "cannot make table /" + name;
    std::size_t size = 0;
    for (Column const& column : columns)
        size += column.type.size();
    type_ = type_handle(H5Tcreate(H5T_COMPOUND, size), "cannot make a compound type");
    std::size_t offset = 0;
    for (Column const& column : columns)
    {
        check(H5Tinsert(type_.id(), column.name.c_str(), offset, file_type(column.type).id()), problem);
        offset += column.type.size();
    }
    hsize_t const none = 0, unlimited = H5S_UNLIMITED, chunk = rows_per_chunk;
    Handle const space(check(H5Screate_simple(1, &none, &unlimited), problem), H5Sclose);
    Handle const layout(check(H5Pcreate(H5P_DATASET_CREATE), problem), H5Pclose);
    check(H5Pset_chunk(layout.id(), 1, &chunk), problem);
    check(H5Pset_shuffle(layout.id()), problem);
    check(H5Pset_deflate(layout.id(), 4), problem);
    check(H5Pset_fletcher32(layout.id()), problem);
    dataset_ = Handle(check(H5Dcreate2(file.handle().id(), name.c_str(), type_.id(), space.id(), H5P_DEFAULT, layout.id(), H5P_DEFAULT),
                            problem), H5Dclose);
}
catch (...)
{
    file.abandon();
}

void NewTable::append(std::byte const* rows, std::size_t count)
{
    if (count == 0)
        return;
    hsize_t const start = rows_, length = count, total = rows_ + count;
    check(H5Dset_extent(dataset_.id(), &total), "cannot lengthen a table");
    Handle const space(check(H5Dget_space(dataset_.id()), "cannot lengthen a table"), H5Sclose);
    check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &start, nullptr, &length, nullptr), "cannot write a table");
    Handle const memory(check(H5Screate_simple(1, &length, nullptr), "cannot write a table"), H5Sclose);
    check(H5Dwrite(dataset_.id(), type_.id(), memory.id(), space.id(), H5P_DEFAULT, rows), "cannot write the result file");
    rows_ = total;
}

ReadFile::ReadFile(std::filesystem::path const& path) : path_(path)
{
    set_up_library();
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw Error(path.string() + ": no such file", error ? error.message() : "");
    if (std::filesystem::is_directory(path, error))
        throw Error(path.string() + ": a folder, not a result file");
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw Error(path.string() + ": cannot be read", errno_text(errno));
    static constexpr std::array<char, 8> signature{'\x89', 'H', 'D', 'F', '\r', '\n', '\x1a', '\n'};
    std::array<char, 8> head{};
    stream.read(head.data(), head.size());
    auto const length = static_cast<std::size_t>(stream.gcount());
    if (length == 0)
        throw Error(path.string() + ": an empty file, not a result file");
    if (!std::equal(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(length), signature.begin()))
        throw Error(path.string() + ": not a result file", "it is not HDF5");
    Handle const access = access_without_locks();
    hid_t const id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id());
    if (id < 0)
        fail(path.string() + ": cannot be opened, torn or damaged");
    file_ = Handle(id, H5Fclose);
}

bool ReadFile::has_attribute(std::string const& name) const { return H5Aexists(file_.id(), name.c_str()) > 0; }

namespace {
Handle open_attribute(Handle const& object, std::string const& name, std::string const& path, H5T_class_t expected)
{
    Handle attribute(check(H5Aopen(object.id(), name.c_str(), H5P_DEFAULT), path + ": has no attribute '" + name + "'"), H5Aclose);
    Handle const type(check(H5Aget_type(attribute.id()), path + ": damaged"), H5Tclose);
    if (H5Tget_class(type.id()) != expected)
        throw Error(path + ": attribute '" + name + "' is of another type", "not written by ghee?");
    return attribute;
}

/// Texts of an attribute of variable-length strings.
std::vector<std::string> texts(Handle const& attribute, std::string const& problem)
{
    Handle const type(check(H5Aget_type(attribute.id()), problem), H5Tclose);
    Handle const space(check(H5Aget_space(attribute.id()), problem), H5Sclose);
    if (H5Tis_variable_str(type.id()) <= 0)
        throw Error(problem, "a text attribute of fixed length: not written by ghee?");
    std::vector<char*> pointers(static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space.id()), problem)), nullptr);
    check(H5Aread(attribute.id(), utf8(H5T_VARIABLE).id(), pointers.data()), problem);
    std::vector<std::string> result;
    for (char const* pointer : pointers)
        result.emplace_back(pointer ? pointer : "");
    H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data());
    return result;
}
}  // namespace

std::string ReadFile::text(std::string const& name) const
{
    auto const values = texts(open_attribute(file_, name, path_.string(), H5T_STRING), path_.string() + ": cannot read '" + name + "'");
    return values.empty() ? std::string() : values.front();
}
std::int64_t ReadFile::integer(std::string const& name) const
{
    std::int64_t value = 0;
    check(H5Aread(open_attribute(file_, name, path_.string(), H5T_INTEGER).id(), H5T_NATIVE_INT64, &value),
          path_.string() + ": cannot read '" + name + "'");
    return value;
}
bool ReadFile::truth(std::string const& name) const
{
    signed char value = 0;
    check(H5Aread(open_attribute(file_, name, path_.string(), H5T_ENUM).id(), boolean().id(), &value),
          path_.string() + ": cannot read '" + name + "'");
    return value != 0;
}
double ReadFile::real(std::string const& name) const
{
    double value = 0;
    check(H5Aread(open_attribute(file_, name, path_.string(), H5T_FLOAT).id(), H5T_NATIVE_DOUBLE, &value),
          path_.string() + ": cannot read '" + name + "'");
    return value;
}

namespace {
/// One member of a compound type in memory.
struct Member
{
    std::size_t offset = 0;
    std::size_t size = 0;
    H5T_class_t kind = H5T_NO_CLASS;
    bool negative = false;  ///< a signed integer
    bool variable = false;  ///< a text of any length
};

template<class Number>
std::string number_text(std::byte const* at)
{
    Number value;
    std::memcpy(&value, at, sizeof value);
    if constexpr (std::is_floating_point_v<Number>)
        if (std::isnan(value))
            return "nan";
    std::array<char, 40> buffer;
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string cell_text(Member const& member, std::byte const* row)
{
    std::byte const* const at = row + member.offset;
    if (member.kind == H5T_STRING)
    {
        if (!member.variable)
            return {reinterpret_cast<char const*>(at), strnlen(reinterpret_cast<char const*>(at), member.size)};
        char const* text = nullptr;
        std::memcpy(&text, at, sizeof text);
        return text ? text : "";
    }
    if (member.kind == H5T_FLOAT)
        return member.size == 8 ? number_text<double>(at) : number_text<float>(at);
    switch (member.size)
    {
    case 1: return std::to_string(static_cast<int>(*at));
    case 4: return member.negative ? number_text<std::int32_t>(at) : number_text<std::uint32_t>(at);
    default: return member.negative ? number_text<std::int64_t>(at) : number_text<std::uint64_t>(at);
    }
}

/// Members of the native form of `type`; throws on what ghee never writes.
std::vector<Member> members_of(Handle const& type, std::string const& problem, Table& table)
{
    std::vector<Member> members;
    for (int i = 0; i < H5Tget_nmembers(type.id()); ++i)
    {
        auto const index = static_cast<unsigned>(i);
        char* const name = H5Tget_member_name(type.id(), index);
        table.columns.emplace_back(name ? name : "");
        H5free_memory(name);
        Handle const field = type_handle(H5Tget_member_type(type.id(), index), "cannot read a type");
        Member member{H5Tget_member_offset(type.id(), index), H5Tget_size(field.id()), H5Tget_class(field.id()), false, false};
        member.negative = member.kind == H5T_INTEGER && H5Tget_sign(field.id()) == H5T_SGN_2;
        member.variable = member.kind == H5T_STRING && H5Tis_variable_str(field.id()) > 0;
        bool const known = member.kind == H5T_STRING || (member.kind == H5T_ENUM && member.size == 1) ||
                           ((member.kind == H5T_FLOAT || member.kind == H5T_INTEGER) && (member.size == 4 || member.size == 8));
        if (!known)
            throw Error(problem, "field '" + table.columns.back() + "' is of a type ghee never writes");
        table.numeric.push_back(member.kind != H5T_STRING);
        members.push_back(member);
    }
    return members;
}
}  // namespace

Table ReadFile::table(std::string const& name) const
{
    std::string const problem = path_.string() + ": cannot read table /" + name;
    Handle const dataset(check(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), problem), H5Dclose);
    Handle const stored(check(H5Dget_type(dataset.id()), problem), H5Tclose);
    Handle const space(check(H5Dget_space(dataset.id()), problem), H5Sclose);
    if (H5Tget_class(stored.id()) != H5T_COMPOUND || H5Sget_simple_extent_ndims(space.id()) != 1)
        throw Error(problem, "it is not a list of compound rows");
    Handle const type(check(H5Tget_native_type(stored.id(), H5T_DIR_ASCEND), problem), H5Tclose);
    Table table;
    std::vector<Member> const members = members_of(type, problem, table);
    table.units.assign(members.size(), "");
    if (H5Aexists(dataset.id(), "unit") > 0)
        if (auto units = texts(open_attribute(dataset, "unit", path_.string(), H5T_STRING), problem); units.size() == members.size())
            table.units = std::move(units);

    hsize_t total = 0;
    check(H5Sget_simple_extent_dims(space.id(), &total, nullptr), problem);
    std::size_t const size = H5Tget_size(type.id());
    constexpr hsize_t block = 8192;
    std::vector<std::byte> buffer(static_cast<std::size_t>(std::min(block, total)) * size);
    for (hsize_t start = 0; start < total; start += block)
    {
        hsize_t const count = std::min(block, total - start);
        check(H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &start, nullptr, &count, nullptr), problem);
        Handle const memory(check(H5Screate_simple(1, &count, nullptr), problem), H5Sclose);
        check(H5Dread(dataset.id(), type.id(), memory.id(), space.id(), H5P_DEFAULT, buffer.data()), problem);
        for (hsize_t row = 0; row < count; ++row)
        {
            auto& cells = table.rows.emplace_back();
            for (Member const& member : members)
                cells.push_back(cell_text(member, buffer.data() + row * size));
        }
        H5Dvlen_reclaim(type.id(), memory.id(), H5P_DEFAULT, buffer.data());
    }
    return table;
}

}  // namespace ghee::store::h5
