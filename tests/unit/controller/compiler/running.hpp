// Small models from text to numbers, for tests of what the language means.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "controller/compiler/compile.hpp"
#include "controller/model/name.hpp"
#include "controller/model/vensim/reader.hpp"
#include "controller/model/xmile/read.hpp"
#include "tests/support/diagnostic_text.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::test {

struct Ran {
  std::vector<double> times = {};
  std::map<std::string, std::vector<double>> columns = {};  // "name" or "name[element,...]", as written
  std::string errors = {};                                  // "file:line:col code" of each

  const std::vector<double>& operator[](const std::string& name) const {
    const auto found = columns.find(name);
    EXPECT_TRUE(found != columns.end()) << "no column " << name << "; " << errors;
    static const std::vector<double> none;
    return found == columns.end() ? none : found->second;
  }
  double last(const std::string& name) const {
    const auto& column = (*this)[name];
    return column.empty() ? -12345.0 : column.back();
  }
};

inline Ran run(const Results<controller::model::Model>& model, const worker::engine::RunInput& input = {}) {
  Ran ran;
  if (!model) return ran.errors = places_and_codes(model.error()), ran;
  const auto program =
      controller::compiler::compile(*model, {.series = controller::compiler::series_names(*model)});
  if (!program) return ran.errors = places_and_codes(program.error()), ran;
  worker::engine::Runner runner(std::make_shared<const worker::engine::Program>(*program));
  worker::engine::RunOutput output;
  if (const auto ok = runner.run(input, output); !ok) {
    ran.errors = to_string(ok.error());
    return ran;
  }
  ran.times = output.times;
  const std::size_t saves = output.times.size();
  for (const auto& series : output.series) {
    for (std::size_t e = 0; e < series.elements.size(); ++e) {
      const std::string& element = series.elements[e];
      auto& column = ran.columns[element.empty() ? series.name : series.name + "[" + element + "]"];
      for (std::size_t k = 0; k < saves; ++k)
        column.push_back(series.values[(k * series.elements.size() + e) * input.lanes]);
    }
  }
  return ran;
}

// Equations of a Vensim model that runs from 0 to `stop` by `step`.
inline std::string vensim_text(const std::string& equations, double stop = 4, double step = 1) {
  return "{UTF-8}\n" + equations + "INITIAL TIME = 0 ~~|\nFINAL TIME = " + std::to_string(stop) +
         " ~~|\nTIME STEP = " + std::to_string(step) + " ~~|\nSAVEPER = TIME STEP ~~|\n";
}
inline Ran vensim(const std::string& equations, double stop = 4, double step = 1) {
  return run(controller::model::vensim::read(vensim_text(equations, stop, step), "m.mdl"));
}

// The variables of an XMILE model that runs from 0 to `stop` by `step`.
inline std::string xmile_text(const std::string& variables, double stop = 4, double step = 1,
                              const std::string& before = "", const std::string& specs = "") {
  return "<xmile version=\"1.0\">" + before + "<sim_specs " + specs + "><start>0</start><stop>" +
         std::to_string(stop) + "</stop><dt>" + std::to_string(step) + "</dt></sim_specs><model><variables>" +
         variables + "</variables></model></xmile>";
}
inline Ran xmile(const std::string& variables, double stop = 4, double step = 1,
                 const std::string& before = "") {
  return run(controller::model::xmile::read(xmile_text(variables, stop, step, before), "m.xmile"));
}
inline std::string aux(const std::string& name, const std::string& equation) {
  return "<aux name=\"" + name + "\"><eqn>" + equation + "</eqn></aux>";
}

}  // namespace flowyard::test
