# Logistic growth: reads a scenario as JSON, answers with series as CSV. The standard library alone; where the package
# JSON is there, JSON.parse(scenario) gives all of it at once.
scenario = read(ENV["FLOWYARD_SCENARIO"], String)
number(name) = parse(Float64, match(Regex("\"$name\":([-+0-9.e]+)"), scenario)[1])

function simulate(rate, capacity, step, steps, times)
    population = 100.0
    saved = Float64[]
    for _ in times
        push!(saved, population)
        for _ in 1:steps
            population += step * rate * population * (1 - population / capacity)
        end
    end
    saved
end

every, step = number("save_every"), number("step")
times = number("start"):every:number("stop")
saved = simulate(number("growth_rate"), number("capacity"), step, round(Int, every / step), times)

println(stderr, "growth rate ", number("growth_rate"))  # a word for the log
open(ENV["FLOWYARD_RESULT"], "w") do result
    println(result, "time,Population")
    foreach((time, value) -> println(result, time, ",", value), times, saved)
end
