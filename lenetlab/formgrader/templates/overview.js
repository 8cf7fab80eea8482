// A link of the overview goes to the item's field as Tab does, so that nbgrader's keys go on there.
document.getElementById("overview").addEventListener("click", function (event) {
    var link = event.target.closest("a");
    var place = link && document.getElementById(link.hash.slice(1));
    if (!place || !formgrader.loaded) return;
    event.preventDefault();
    formgrader.last_selected = $(); // the same field may be gone to again
    place.focus();
});
