// Opening a backend's module, and every reason not to.
#include "mlp/load_module.hpp"

#include <elf.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "mlp/module.hpp"
#include "sys/executable.hpp"

namespace ghee::mlp {

namespace fs = std::filesystem;

namespace {
constexpr auto entry_name = "ghee_backend_module";

bool is_inside(fs::path const& file, fs::path const& folder)
{
    std::error_code failed;
    fs::path const real = fs::canonical(folder, failed);
    return !failed && std::mismatch(real.begin(), real.end(), file.begin(), file.end()).first == real.end();
}

/// The loader's words name the module itself where it is damaged or does not fit, and what it needs where that is missing.
std::string why_not_opened(std::string const& file, std::string const& loader)
{
    return "its module does not open (" + loader + ") " +
           (loader.starts_with(file) ? "it is damaged or does not fit its libraries: install or build it anew"
                                     : "install what is missing, load the site's module for it, or add its folder to LD_LIBRARY_PATH");
}

/// Whether a file ends before its own headers say it does, as a copy that broke off: opening it would end the process where it maps what is
/// not there. What is no shared library at all is the loader's to refuse.
bool is_cut_off(std::string const& file)
{
    std::ifstream in(file, std::ios::binary);
    Elf64_Ehdr header{};
    if (!in.read(reinterpret_cast<char*>(&header), sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
        return false;
    in.seekg(0, std::ios::end);
    auto const bytes = static_cast<std::uint64_t>(in.tellg());
    std::uint64_t end = std::max(header.e_phoff + std::uint64_t(header.e_phnum) * header.e_phentsize,
                                 header.e_shoff + std::uint64_t(header.e_shnum) * header.e_shentsize);
    if (end > bytes || header.e_phentsize != sizeof(Elf64_Phdr))
        return true;
    in.seekg(static_cast<std::streamoff>(header.e_phoff));
    Elf64_Phdr segment{};
    for (int i = 0; i < header.e_phnum && in.read(reinterpret_cast<char*>(&segment), sizeof segment); ++i)
        end = std::max(end, segment.p_offset + segment.p_filesz);
    return end > bytes;
}

std::string why_not_believed(Module const& module, std::string const& name)
{
    if (module.built_as != stamp())
        return "its module is of another build (it is " + std::string(module.built_as) + "; this program is " + stamp() +
               ") install both from one build";
    if (module.backend.name != name)
        return "its module holds backend '" + std::string(module.backend.name) + "'; give the file its own name again";
    return {};
}
}  // namespace

fs::path module_folder()
{
    if (char const* const named = std::getenv("GHEE_MODULES"); named != nullptr && *named != '\0')
        return named;
    fs::path const program = sys::own_executable();
    fs::path const installed = (program.parent_path() / GHEE_MODULES_FROM_PROGRAM).lexically_normal();
    // What is run from the build tree takes that tree's modules, and nothing else does: the tree may be gone, and its place another's.
    std::error_code failed;
    if (!fs::is_directory(installed, failed) && is_inside(program, GHEE_BUILD_FOLDER))
        return GHEE_MODULES_IN_BUILD;
    return installed;
}

LoadedModule load_module(std::string const& name, fs::path const& folder)
{
    std::string const file = (folder / ("libghee_" + name + ".so")).string();
    std::error_code failed;
    if (!fs::exists(file, failed))
        return {.library = sys::DynamicLibrary({}),
                .backend = nullptr,
                .reason = "its module is not here (no " + file +
                          ") build ghee with -DGHEE_CUDA=ON where the CUDA toolkit is, or set GHEE_MODULES to the folder that has it"};

    if (is_cut_off(file))
        return {.library = sys::DynamicLibrary({}),
                .backend = nullptr,
                .reason = "its module is cut off (" + file + " ends before its headers say) install it anew"};

    LoadedModule loaded{.library = sys::DynamicLibrary({file}), .backend = nullptr, .reason = {}};
    if (!loaded.library)
    {
        loaded.reason = why_not_opened(file, loaded.library.reason());
        return loaded;
    }
    auto* const entry = loaded.library.symbol<Module const*()>(entry_name);
    if (entry == nullptr)
    {
        loaded.reason = "its module is none of ghee's (" + file + " has no " + entry_name + ") install or build it anew";
        return loaded;
    }
    Module const* const module = entry();
    loaded.reason = why_not_believed(*module, name);
    if (loaded.reason.empty())
        loaded.backend = &module->backend;
    return loaded;
}

}  // namespace ghee::mlp
