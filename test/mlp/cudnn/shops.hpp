// The cudnn backend on an emulated GPU, with a library that has everything, or lacks what some have not.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "emulated_gpu.hpp"
#include "mlp/cudnn/trainer.hpp"
#include "naive_math.hpp"

namespace ghee::mlp::cudnn::test {

struct Library
{
    std::string name;
    std::set<Finish> lacks;
    cuda::emulated::Sequence sequence = cuda::emulated::Sequence::ascending;
};
inline void PrintTo(Library const& library, std::ostream* out) { *out << library.name; }

inline std::vector<Library> libraries()
{
    using enum Finish;
    return {{"has_everything", {}},
            {"lacks_masks", {relu_bias_mask, masked, masked_total}},
            {"lacks_totals", {masked_total, left_total}, cuda::emulated::Sequence::descending},
            {"lacks_all_but_biases", {relu_bias_mask, masked, masked_total, left_total}}};
}

/// What refusals see.
inline cuda::GpuFacts const facts{.name = "emulated", .capability = 90, .multiprocessors = 8, .shared_bytes_a_block = 232448};

struct Shopping
{
    explicit Shopping(TrainerSpec const& spec, Library const& library = {}) : shop(std::make_shared<Shop>(Shop{library.lacks, {}}))
    {
        auto own = std::make_unique<cuda::emulated::EmulatedGpu>(facts, library.sequence);
        gpu = own.get();
        auto math = std::make_unique<NaiveMath>(*own, shop);
        trainer = std::make_unique<CudnnTrainer>(spec, std::move(own), std::move(math), kernels());
    }
    std::shared_ptr<Shop> shop;
    cuda::emulated::EmulatedGpu* gpu = nullptr;  ///< the trainer's
    std::unique_ptr<CudnnTrainer> trainer;
};

}  // namespace ghee::mlp::cudnn::test
