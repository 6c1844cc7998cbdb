// HDF5 by its C interface: reading.
#include "store/hdf5_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <system_error>

#include <hdf5.h>

#include "base/error.hpp"

namespace ghee::store::h5 {

ReadFile::ReadFile(std::filesystem::path const& path) : path_(path)
{
    set_up_library();
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        throw UsageError(path.string() + ": no such file", error ? error.message() : "");
    if (std::filesystem::is_directory(path, error))
        throw UsageError(path.string() + ": a folder, not a result file");
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        throw path_error(path.string() + ": cannot be read", errno);
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
