#include "controller/service/not_finite.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "controller/results/csv.hpp"
#include "controller/service/run_input.hpp"
#include "worker/engine/runner.hpp"
#include "worker/engine/time_grid.hpp"

namespace flowyard::controller::service {
namespace {

namespace engine = worker::engine;

constexpr std::size_t kInputsShown = 5;

engine::RunInput closely(engine::RunInput input, const engine::Program& program) {
  // Each step, so that the first is seen: where that is known, and not too much.
  double values = 0;
  for (const auto& output : program.outputs) values += static_cast<double>(output.slots.size());
  const double step = input.step.value_or(program.time.default_step);
  const double span =
      input.stop.value_or(program.time.default_stop) - input.start.value_or(program.time.default_start);
  if (!program.time.varies && step > 0 && values * span / step < kMostValuesKept) input.save_every = step;
  return input;
}

// One element of a series at one time.
struct Place {
  const engine::Series* series = nullptr;
  std::size_t element = 0;
};

double value_at(const Place& place, std::size_t saved) {
  return place.series->values[saved * place.series->elements.size() + place.element];
}

std::string name_of(const Place& place) {
  const auto& element = place.series->elements[place.element];
  return place.series->name + (element.empty() ? "" : "[" + element + "]");
}

std::string shown(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "infinite" : "minus infinite";
  return results::cell_text(value);
}

class Search {
 public:
  Search(const engine::RunOutput& output, const experiment::file::WholeModel& whole)
      : output_(output), whole_(whole) {}

  std::string tell() const {
    for (std::size_t saved = 0; saved < output_.times.size(); ++saved) {
      std::vector<Place> odd;
      for (const auto& series : output_.series)
        for (std::size_t element = 0; element < series.elements.size(); ++element)
          if (const Place place{&series, element}; !std::isfinite(value_at(place, saved)))
            odd.push_back(place);
      if (!odd.empty()) return tell(root_of(odd), saved);
    }
    return "";
  }

 private:
  const std::vector<std::string>& inputs_of(const Place& place) const {
    static const std::vector<std::string> none;
    const auto found = whole_.inputs.find(place.series->name);
    return found == whole_.inputs.end() ? none : found->second;
  }

  // The root of the others: none of its inputs is among them.
  Place root_of(const std::vector<Place>& odd) const {
    for (const auto& place : odd) {
      const auto& inputs = inputs_of(place);
      const bool inherits = std::any_of(odd.begin(), odd.end(), [&](const Place& other) {
        return other.series != place.series &&
               std::find(inputs.begin(), inputs.end(), other.series->name) != inputs.end();
      });
      if (!inherits) return place;
    }
    return odd.front();
  }

  std::string tell(const Place& root, std::size_t saved) const {
    std::string text = "'" + name_of(root) + "' is " + shown(value_at(root, saved)) + " at time " +
                       shown(output_.times[saved]);
    std::string inputs;
    std::size_t count = 0;
    for (const auto& name : inputs_of(root)) {
      const auto place = same_element(name, root);
      if (!place) continue;
      if (++count > kInputsShown) {
        inputs += ", ...";
        break;
      }
      inputs += (inputs.empty() ? "" : ", ") + name_of(*place) + " = " + shown(value_at(*place, saved));
    }
    return inputs.empty() ? text : text + "; its inputs then: " + inputs;
  }

  // The element of a variable that an element of another is computed from, where that is plain.
  std::optional<Place> same_element(const std::string& name, const Place& of) const {
    const auto found = std::find_if(output_.series.begin(), output_.series.end(),
                                    [&](const engine::Series& series) { return series.name == name; });
    if (found == output_.series.end()) return std::nullopt;
    if (found->elements.size() == 1) return Place{&*found, 0};
    const auto& element = of.series->elements[of.element];
    const auto same = std::find(found->elements.begin(), found->elements.end(), element);
    if (same == found->elements.end()) return std::nullopt;
    return Place{&*found, static_cast<std::size_t>(same - found->elements.begin())};
  }

  const engine::RunOutput& output_;
  const experiment::file::WholeModel& whole_;
};

}  // namespace

std::string first_not_finite(const experiment::file::WholeModel& whole,
                             const experiment::Experiment& experiment,
                             const experiment::design::ScenarioSpace& space, std::uint64_t scenario,
                             const std::function<bool()>& keep_going) {
  engine::Runner runner(whole.program);
  engine::RunOutput output;
  const auto ran =
      runner.run(closely(input_of(experiment, space, {scenario, 1}), *whole.program), output, keep_going);
  if (!ran || output.interrupted) return "";
  return Search(output, whole).tell();
}

}  // namespace flowyard::controller::service
