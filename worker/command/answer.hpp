// Answer: the results of a scenario as a foreign program writes them, read from JSON, CSV or NetCDF. Pure;
// any thread.
//
// JSON is one object. A number is an outcome, an array of numbers a series at the saved times, an object with
// "values" a series at "times" of its own, any other object a series by subscript: {"north": [..], ..}, or by
// several: {"north": {"young": [..]}}. The keys "outcomes" and "series" may hold such members, too; "time" or
// "times" has the times of every series that has none of its own, "error" says that the scenario failed and
// why. null, NaN and Infinity (bare or as text) are numbers, as Python and R write them.
//
// CSV has names in its first line. With a column "time" each other column is a series, "stock[north]" one
// element of one; without, a single line of numbers holds outcomes, and several lines series.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::worker::command {

struct AnsweredSeries {
  std::vector<double> times;                            // empty: those of the answer
  std::map<std::string, std::vector<double>> elements;  // by subscript; "" for a scalar
};

struct Answer {
  std::optional<std::string> id;     // of the request, as it was given
  std::optional<std::string> error;  // the program reports its failure, with this reason
  std::map<std::string, double> numbers;
  std::map<std::string, AnsweredSeries> series;
  std::vector<double> times;  // empty: the saved times
};

// Errors name the location in the text.
Result<Answer> read_answer(std::string_view text);

// The progress reported by a line of a program's output, 0 to 1: {"progress": 0.4}.
std::optional<double> progress_in(std::string_view line);

// Whether a line looks like an answer or a progress report, rather than log output.
bool looks_like_an_object(std::string_view line);

// How series are resampled at the experiment's times.
enum class Interpolate { None, Linear };

// The series `name` of an answer at `times`: [time * elements + element], elements in the given order (one
// empty text: a scalar). What is missing, of another length or at other times is an error that says so.
Result<std::vector<double>> series_at(const Answer& answer, const std::string& name,
                                      const std::vector<std::string>& elements,
                                      const std::vector<double>& times, Interpolate interpolate);

// The outcome `name`, which the program computed itself.
Result<double> number_of(const Answer& answer, const std::string& name);

}  // namespace flowyard::worker::command
