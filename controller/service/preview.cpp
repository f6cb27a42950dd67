#include "controller/service/preview.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/suggest.hpp"
#include "controller/service/not_finite.hpp"
#include "controller/service/run_input.hpp"
#include "worker/engine/runner.hpp"

namespace flowyard::controller::service {
namespace {

namespace engine = worker::engine;

constexpr std::size_t kMostElements = 20;
constexpr std::size_t kMostSeries = 200;

double value_at(const engine::Series& series, std::size_t element, std::size_t save) {
  return series.values[save * series.elements.size() + element];
}

PreviewView::Range range_of(const engine::Series& series, std::size_t element, std::size_t saves) {
  PreviewView::Range range{.element = series.elements[element]};
  range.first = value_at(series, element, 0);
  range.last = value_at(series, element, saves - 1);
  range.least = range.most = std::nan("");
  for (std::size_t save = 0; save < saves; ++save) {
    const double value = value_at(series, element, save);
    if (!std::isfinite(value)) continue;
    range.least = std::fmin(range.least, value);
    range.most = std::fmax(range.most, value);
  }
  return range;
}

// Evenly spread from the first to the last.
std::vector<std::size_t> chosen_saves(std::size_t saves, std::size_t most) {
  std::vector<std::size_t> chosen;
  const std::size_t count = std::min(saves, std::max<std::size_t>(most, 2));
  for (std::size_t i = 0; i < count; ++i) chosen.push_back(count == 1 ? 0 : i * (saves - 1) / (count - 1));
  return chosen;
}

class Preview {
 public:
  Preview(const experiment::file::WholeModel& whole, const engine::RunOutput& output)
      : whole_(whole), output_(output) {}

  PreviewView::Variable variable(const experiment::file::WholeModel::Variable& of) const {
    PreviewView::Variable one{.name = of.name,
                              .kind = of.kind,
                              .units = of.units,
                              .documentation = of.documentation,
                              .inputs = {},
                              .ranges = {}};
    const auto* parameter = engine::find_parameter(*whole_.program, of.name);
    if (parameter && !parameter->is_lookup && parameter->fixed_because.empty()) one.kind = "constant";
    if (const auto inputs = whole_.inputs.find(of.name); inputs != whole_.inputs.end())
      one.inputs = inputs->second;
    const auto* series = series_of(of.name);
    if (!series || output_.times.empty()) return one;
    one.elements = series->elements.size();
    for (std::size_t element = 0; element < std::min(series->elements.size(), kMostElements); ++element)
      one.ranges.push_back(range_of(*series, element, output_.times.size()));
    return one;
  }

  const engine::Series* series_of(const std::string& name) const {
    const auto found = std::find_if(output_.series.begin(), output_.series.end(),
                                    [&](const auto& series) { return engine::same_name(series.name, name); });
    return found == output_.series.end() ? nullptr : &*found;
  }

  Error no_such(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& series : output_.series) names.push_back(series.name);
    return failure(ErrorCode::Invalid,
                   "the model has no variable '" + name + "' that can be shown" + suggestion(name, names));
  }

 private:
  const experiment::file::WholeModel& whole_;
  const engine::RunOutput& output_;
};

double kept_values(const engine::Program& program, const engine::RunInput& input) {
  double values = 0;
  for (const auto& output : program.outputs) values += static_cast<double>(output.slots.size());
  const double every = input.save_every.value_or(program.time.default_save_every);
  const double span =
      input.stop.value_or(program.time.default_stop) - input.start.value_or(program.time.default_start);
  return every > 0 ? values * (span / every + 1) : values;
}

}  // namespace

Results<PreviewView> preview(const experiment::file::LoadedExperiment& loaded,
                             const experiment::file::WholeModel& whole,
                             const experiment::design::ScenarioSpace& space, const PreviewRequest& wanted,
                             const std::function<bool()>& keep_going) {
  Errors errors;
  const auto input = input_of(loaded.experiment, space, {0, 1});
  if (kept_values(*whole.program, input) > kMostValuesKept) {
    errors.push_back(failure(ErrorCode::Limit,
                             "too many values to look at them all: let the run save fewer times "
                             "(time.save_every) or shorten it (time.stop)"));
    return errors;
  }
  engine::Runner runner(whole.program);
  engine::RunOutput output;
  if (const auto ran = runner.run(input, output, keep_going); !ran) {
    errors.push_back(ran.error());
    return errors;
  }
  if (output.interrupted) {
    errors.push_back(failure(ErrorCode::Unavailable, "one run takes too long to be waited for here"));
    return errors;
  }
  const Preview looked(whole, output);
  PreviewView view;
  view.model = whole.program->name;
  view.documentation = whole.documentation;
  view.time_units = whole.time_units;
  view.saves = output.times.size();
  view.warnings = loaded.warnings;
  if (!output.times.empty()) {
    view.start = output.times.front();
    view.stop = output.times.back();
  }
  for (const auto& variable : whole.variables) view.variables.push_back(looked.variable(variable));
  const auto saves = chosen_saves(output.times.size(), wanted.most_times);
  for (const auto save : saves) view.times.push_back(output.times[save]);
  for (const auto& name : wanted.series) {
    const auto* series = looked.series_of(name);
    if (!series) {
      errors.push_back(looked.no_such(name));
      continue;
    }
    for (std::size_t i = 0; i < series->elements.size() && view.series.size() < kMostSeries; ++i) {
      PreviewView::Series one{.name = series->name, .element = series->elements[i], .values = {}};
      for (const auto save : saves) one.values.push_back(value_at(*series, i, save));
      view.series.push_back(std::move(one));
    }
  }
  if (const bool is_odd = std::any_of(output.series.begin(), output.series.end(),
                                      [](const auto& series) {
                                        return !std::all_of(
                                            series.values.begin(), series.values.end(),
                                            [](double value) { return std::isfinite(value); });
                                      });
      is_odd)
    view.warnings.push_back(first_not_finite(whole, loaded.experiment, space, 0, keep_going));
  if (wanted.series.empty()) view.times.clear();
  if (!errors.empty()) return errors;
  return view;
}

}  // namespace flowyard::controller::service
