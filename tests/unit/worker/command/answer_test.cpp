#include "worker/command/answer.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace flowyard::worker::command {
namespace {

using Numbers = std::vector<double>;

const Numbers kTimes{0, 1, 2};
const std::vector<std::string> kScalar{""};

Result<Numbers> scalar(const Answer& answer, const std::string& name,
                       Interpolate interpolate = Interpolate::None) {
  return series_at(answer, name, kScalar, kTimes, interpolate);
}

std::string refusal(std::string_view text) {
  const auto answer = read_answer(text);
  return answer ? "" : answer.error().message;
}

TEST(Answer, TakesNumbersAndSeriesByName) {
  const auto answer = read_answer(R"({"rmse": 0.5, "Population": [1, 2, 3], "note": "fine"})").value();
  EXPECT_EQ(number_of(answer, "rmse").value(), 0.5);
  EXPECT_EQ(number_of(answer, "RMSE").value(), 0.5) << "names are the model's, whatever their case";
  EXPECT_EQ(scalar(answer, "population").value(), (Numbers{1, 2, 3}));
}

TEST(Answer, MayGroupOutcomesAndSeries) {
  const auto answer =
      read_answer(
          R"({"id": 7, "outcomes": {"a": 1}, "series": {"x": {"times": [0, 1, 2], "values": [4, 5, 6]}}})")
          .value();
  EXPECT_EQ(answer.id, "7");
  EXPECT_EQ(number_of(answer, "a").value(), 1);
  EXPECT_EQ(scalar(answer, "x").value(), (Numbers{4, 5, 6}));
}

TEST(Answer, HasSeriesBySubscript) {
  const auto answer =
      read_answer(R"({"time": [0, 1, 2], "stock": {"north": [1, 2, 3], "south": [4, 5, 6]}})").value();
  EXPECT_EQ(series_at(answer, "stock", {"south", "north"}, kTimes, Interpolate::None).value(),
            (Numbers{4, 1, 5, 2, 6, 3}));
  EXPECT_NE(
      series_at(answer, "stock", {"south", "nroth"}, kTimes, Interpolate::None).error().message.find("north"),
      std::string::npos);
  EXPECT_TRUE(scalar(answer, "stock").has_error());
}

TEST(Answer, HasSeriesBySeveralSubscripts) {
  const auto answer =
      read_answer(
          R"({"people": {"north": {"young": [1, 2, 3], "old": [4, 5, 6]}, "south": {"young": [7, 8, 9]}}})")
          .value();
  EXPECT_EQ(series_at(answer, "people", {"north,old", "south,young"}, kTimes, Interpolate::None).value(),
            (Numbers{4, 7, 5, 8, 6, 9}));
  const auto table =
      read_answer("time,people[north,old],people[south, young]\n0,4,7\n1,5,8\n2,6,9\n").value();
  EXPECT_EQ(series_at(table, "people", {"north,old", "south,young"}, kTimes, Interpolate::None).value(),
            (Numbers{4, 7, 5, 8, 6, 9}));
}

TEST(Answer, TakesWhatPythonAndRWriteForNoNumber) {
  const auto answer =
      read_answer(R"({"a": NaN, "b": -Infinity, "c": null, "d": "NA", "e": [1, Infinity, NaN]})").value();
  EXPECT_TRUE(std::isnan(number_of(answer, "a").value()));
  EXPECT_EQ(number_of(answer, "b").value(), -INFINITY);
  EXPECT_TRUE(std::isnan(number_of(answer, "c").value()));
  EXPECT_TRUE(std::isnan(number_of(answer, "d").value()));
  const auto series = scalar(answer, "e").value();
  EXPECT_EQ(series[1], INFINITY);
  EXPECT_TRUE(std::isnan(series[2]));
}

TEST(Answer, LeavesTextsThatNameNaNAlone) {
  const auto answer = read_answer(R"({"error": "NaN in -Infinity \" NaN"})").value();
  EXPECT_EQ(answer.error, "NaN in -Infinity \" NaN");
}

TEST(Answer, ReadsTablesOfSeries) {
  const auto answer = read_answer("time,x,\"stock[north]\"\r\n0,1,10\r\n1,2,20\r\n2,NA,30\r\n").value();
  EXPECT_EQ(scalar(answer, "x").value()[1], 2);
  EXPECT_TRUE(std::isnan(scalar(answer, "x").value()[2]));
  EXPECT_EQ(series_at(answer, "stock", {"north"}, kTimes, Interpolate::None).value(), (Numbers{10, 20, 30}));
}

TEST(Answer, ReadsTablesOfOutcomes) {
  const auto answer = read_answer("final,peak\n3.5,+1e3\n").value();
  EXPECT_EQ(number_of(answer, "final").value(), 3.5);
  EXPECT_EQ(number_of(answer, "peak").value(), 1000);
}

TEST(Answer, SaysWhereATableIsWrong) {
  EXPECT_EQ(refusal("a,b\n1,x\n"), "line 2, column 'b': 'x' is not a number");
  EXPECT_EQ(refusal("a,b\n1\n"), "line 2 has 1 cells, and the first line 2 names");
  EXPECT_NE(refusal("a,b\n"), "");
}

TEST(Answer, RefusesWhatIsNone) {
  EXPECT_EQ(refusal(" \n"), "it is empty");
  EXPECT_NE(refusal("{\"a\": 1").find("not JSON"), std::string::npos);
  EXPECT_NE(refusal("[1, 2]").find("not an object"), std::string::npos);
  EXPECT_NE(refusal(R"({"x": [1, "two"]})").find("\"two\""), std::string::npos);
}

TEST(Answer, AtOtherTimesIsToldOrInterpolated) {
  const auto answer = read_answer(R"({"time": [0, 0.5, 2], "x": [0, 10, 40]})").value();
  EXPECT_NE(scalar(answer, "x").error().message.find("no value at time 1"), std::string::npos);
  EXPECT_EQ(scalar(answer, "x", Interpolate::Linear).value(), (Numbers{0, 20, 40}));
  const auto early = read_answer(R"({"time": [0, 1], "x": [0, 10]})").value();
  EXPECT_TRUE(scalar(early, "x", Interpolate::Linear).has_error()) << "nothing is made up beyond the end";
}

TEST(Answer, WithoutTimesHasTheSavedOnes) {
  const auto answer = read_answer(R"({"x": [1, 2]})").value();
  EXPECT_NE(scalar(answer, "x").error().message.find("2 values, and the experiment saves 3 times"),
            std::string::npos);
}

TEST(Answer, TimesRise) {
  EXPECT_TRUE(scalar(read_answer(R"({"time": [0, 2, 1], "x": [1, 2, 3]})").value(), "x").has_error());
}

TEST(Answer, SuggestsTheNameThatWasMeant) {
  const auto answer = read_answer(R"({"Popluation": [1, 2, 3], "rsme": 1})").value();
  EXPECT_NE(scalar(answer, "Population").error().message.find("did you mean"), std::string::npos);
  EXPECT_NE(number_of(answer, "rmse").error().message.find("rsme"), std::string::npos);
}

TEST(Progress, IsAnObjectOfOneMember) {
  EXPECT_EQ(progress_in(R"( {"progress": 0.4} )"), 0.4);
  EXPECT_EQ(progress_in(R"({"progress": 1.4})"), std::nullopt);
  EXPECT_EQ(progress_in(R"({"progress": 0.4, "x": 1})"), std::nullopt);
  EXPECT_EQ(progress_in("40 % done"), std::nullopt);
}

}  // namespace
}  // namespace flowyard::worker::command
