// Additions to the rows that nbgrader's scripts make; every text is set as text, never as HTML.
(function () {
    "use strict";

    var nameOf = function (model) {
        var names = [model.get("last_name"), model.get("first_name")].filter(Boolean);
        return names.join(", ") || model.get("student") || model.get("id");
    };

    var afterRender = function (name, change) {
        if (window[name] === undefined) return; // each page has one of these views
        var render = window[name].prototype.render;
        window[name].prototype.render = function () {
            render.apply(this, arguments);
            change.call(this, this.model);
        };
    };

    // The name stands in a link where there is something to go to.
    var writeName = function (cell, text) {
        var link = cell.find("a");
        (link.length ? link : cell).text(text);
        cell.attr("data-order", text);
    };

    var failureIn = function (failure) {
        var all = failure.lines.join("\n");
        if (all === failure.reason) return $("<div/>").addClass("failure").text(all);
        var details = $("<details/>").addClass("failure");
        details.append($("<summary/>").attr("title", all).append(
            $("<span/>").addClass("failure-short").text(failure.reason)));
        failure.lines.forEach(function (line) {
            details.append($("<div/>").addClass("failure-line").text(line));
        });
        return details;
    };

    afterRender("SubmissionUI", function (model) {
        writeName(this.$student_name, nameOf(model));
        var failure = model.get("failure");
        if (!failure) return;
        this.$status.empty().attr("data-order", -1).append(
            $("<span/>").addClass("label label-danger").text(failure.status),
            failureIn(failure));
    });

    afterRender("SubmittedNotebookUI", function (model) {
        this.$name.find(".name-shown").text(nameOf(model));
    });

    afterRender("StudentUI", function (model) {
        writeName(this.$name, nameOf(model));
    });

    afterRender("StudentSubmissionUI", function (model) {
        var failure = model.get("failure");
        if (!failure) return;
        this.$name.append(" ",
            $("<span/>").addClass("label label-danger").text(failure.status),
            failureIn(failure));
    });
})();
