// HDF5 by its C interface: errors, types, attributes, writing.
#include "store/hdf5_check.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <hdf5.h>
#include <unistd.h>

#include "base/error.hpp"

namespace ghee::store::h5 {

static_assert(std::is_same_v<hid_t, std::int64_t> && std::is_same_v<herr_t, int>);

/// The library closes what is open (abandoned files, too) at the process's end, and prints its stack to stderr, each thread's by itself,
/// unless told not to.
void set_up_library()
{
    static bool const kept_open = H5dont_atexit() >= 0;
    thread_local bool const silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    static_cast<void>(kept_open && silent);
}

namespace {
/// The innermost word of the library's error stack; where it names an errno, that text alone.
std::string innermost_error()
{
    std::string text;
    H5Ewalk2(
        H5E_DEFAULT, H5E_WALK_DOWNWARD,
        [](unsigned, H5E_error2_t const* error, void* into)
        {
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

}  // namespace

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

namespace {
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
    Handle const attribute(
        check(H5Acreate2(object, name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT), "cannot make attribute '" + name + "'"), H5Aclose);
    check(H5Awrite(attribute.id(), type.id(), value), "cannot write attribute '" + name + "'");
}

Handle scalar() { return {check(H5Screate(H5S_SCALAR), "cannot make a data space"), H5Sclose}; }
}  // namespace

std::size_t Type::size() const
{
    switch (kind)
    {
        case Kind::integer:
        case Kind::word:
        case Kind::real: return 8;
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

/// Published files never change and new ones have a name of their own: nothing to lock, and many file systems cannot.
Handle access_without_locks()
{
    Handle access(check(H5Pcreate(H5P_FILE_ACCESS), "cannot make a property list"), H5Pclose);
#if H5_VERSION_GE(1, 10, 7)
    check(H5Pset_file_locking(access.id(), false, true), "cannot do without file locks");
#endif
    return access;
}

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
    dataset_ =
        Handle(check(H5Dcreate2(file.handle().id(), name.c_str(), type_.id(), space.id(), H5P_DEFAULT, layout.id(), H5P_DEFAULT), problem), H5Dclose);
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

}  // namespace ghee::store::h5
