{#- nbgrader's own names a template that does not exist. -#}
{%- extends 'gradebook_base.tpl' -%}

{%- block breadcrumbs -%}
{%- set list = base_url ~ "/formgrader/gradebook" -%}
<ol class="breadcrumb">
  <li><a href="{{ list }}">Manual Grading</a></li>
  <li><a href="{{ list }}/{{ resources.assignment_id }}">{{ resources.assignment_id }}</a></li>
  <li><a href="{{ list }}/{{ resources.assignment_id }}/{{ resources.notebook_id }}">{{ resources.notebook_id }}</a></li>
  <li class="active">{{ name }}</li>
</ol>
{%- endblock -%}

{%- block messages -%}
<div class="alert alert-warning">
  <p>There is no graded notebook of {{ name }}: {{ resources.filename }}</p>
  {% if failure %}
  <p><span class="label label-danger">{{ failure.status }}</span></p>
  {% for line in failure.lines %}<p class="failure-line">{{ line }}</p>{% endfor %}
  {% endif %}
</div>
{%- endblock -%}
