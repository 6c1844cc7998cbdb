// Backends whose functions ask the module of their name.
#include "mlp/module_backends.hpp"

#include "base/contract.hpp"
#include "base/error.hpp"
#include "mlp/load_module.hpp"
#include "mlp/spec.hpp"

namespace ghee::mlp {

namespace {
constexpr char cuda[] = "cuda";
constexpr char cudnn[] = "cudnn";

LoadedModule load(char const* name)
{
    try
    {
        return load_module(name, module_folder());
    }
    catch (Error const& error)
    {
        return {.library = sys::DynamicLibrary({}), .backend = nullptr, .reason = error.what()};
    }
}

/// Loaded once and never closed: trainers and exceptions of a module may live until the process ends, and so may a GPU's libraries.
template<char const* name>
LoadedModule const& loaded()
{
    static LoadedModule const& module = *new LoadedModule(load(name));
    return module;
}

template<char const* name>
Backend const& backend_of()
{
    GHEE_EXPECT(loaded<name>().backend != nullptr);
    return *loaded<name>().backend;
}

template<char const* name>
std::string absence()
{
    return loaded<name>().backend == nullptr ? loaded<name>().reason : backend_of<name>().absence();
}

template<char const* name>
std::string refuses(TrainerSpec const& spec)
{
    if (std::string why = impossible(spec); !why.empty())
        return why;
    return loaded<name>().backend == nullptr ? loaded<name>().reason : backend_of<name>().refuses(spec);
}

template<char const* name>
Backend backend()
{
    return {.name = name,
            .device = Device::gpu,
            .absence = absence<name>,
            .refuses = refuses<name>,
            .make = [](TrainerSpec const& spec) { return backend_of<name>().make(spec); },
            .memory_bytes =
                [](TrainerSpec const& spec)
            {
                auto* const tell = backend_of<name>().memory_bytes;
                return tell == nullptr ? std::size_t(0) : tell(spec);
            },
            .threads_that_pay =
                [](TrainerSpec const& spec, int processors)
            {
                auto* const tell = backend_of<name>().threads_that_pay;
                return tell == nullptr ? 1 : tell(spec, processors);
            },
            .make_group = [](TrainerSpec const& spec, Samples data, std::vector<Replica> replicas, Lessons const& lessons) -> std::unique_ptr<Group>
            {
                auto* const make = backend_of<name>().make_group;
                return make == nullptr ? nullptr : make(spec, data, std::move(replicas), lessons);
            },
            .crossovers =
                []
            {
                auto* const tell = backend_of<name>().crossovers;
                return tell == nullptr ? Crossovers{} : tell();
            }};
}
}  // namespace

std::array<Backend, 2> module_backends() { return {backend<cuda>(), backend<cudnn>()}; }

}  // namespace ghee::mlp
