// What ghee doctor says of forms, of a made-up GPU.
#include "forms_text.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {
using namespace ghee;

mlp::Crossovers const made_up{.list = {{.depth = 2, .replicas = 1, .parameters = 4096, .below = Form::solo, .above = Form::layers},
                                       {.depth = 3, .replicas = 132, .parameters = 0}},
                              .conditions = "batch 256, Adam, fp32",
                              .origin = "measured on a GPU of this kind"};

TEST(FormsText, TellsUpToWhichSizeWhichFormIsTaken)
{
    EXPECT_EQ(app::forms_text("cuda", made_up), "form      cuda takes by itself (batch 256, Adam, fp32), measured on a GPU of this kind:\n"
                                                "form      depth 2, 1 network: solo up to 4096 parameters, layers above\n"
                                                "form      depth 3, 132 networks side by side: layers at every size\n");
}

TEST(FormsText, OfABackendOfOneFormThereIsNothingToTell) { EXPECT_EQ(app::forms_text("cpu", {}), ""); }

TEST(FormsText, ProgramsReadTheSame)
{
    auto const json = app::forms_json("cuda", made_up);
    EXPECT_EQ(json.at("backend"), "cuda");
    EXPECT_EQ(json.at("conditions"), "batch 256, Adam, fp32");
    EXPECT_EQ(json.at("origin"), "measured on a GPU of this kind");
    EXPECT_EQ(json.at("crossovers")[0], nlohmann::json::parse(R"({"depth":2,"replicas":1,"parameters":4096,"below":"solo","above":"layers"})"));
    EXPECT_EQ(json.at("crossovers").size(), 2u);
}
}  // namespace
